/* SPDX-License-Identifier: MIT */
/*
 * Control registers. While a guest has paging off, QEMU's SVM ignores nested
 * paging; such a guest runs on an identity page table of 4 MiB pages that it
 * does not know of, with all its accesses to CR0, CR3 and CR4 intercepted.
 * That table lies at a guest physical address nothing else uses, visible only
 * in a second top of the nested page tables.
 */
#include "emu/module/cr.h"

#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/module/apic.h"
#include "emu/module/decode.h"
#include "emu/module/inject.h"
#include "emu/module/sept.h"
#include "emu/svm/svm.h"

#define CR0_PE BIT(0)
#define CR0_MP BIT(1)
#define CR0_TS BIT(3)
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)
#define CR0_WP BIT(16)
#define CR0_NW BIT(29)
#define CR0_CD BIT(30)
#define CR0_WRITABLE UINT64_C(0xe005003f)
#define LMSW_BITS UINT64_C(0xf)

#define CR4_PSE BIT(4)
#define CR4_PAE BIT(5)
#define CR4_MCE BIT(6)
#define CR4_PGE BIT(7)
#define CR4_LA57 BIT(12)
#define CR4_VMXE BIT(13)
#define CR4_SMXE BIT(14)
#define CR4_PCIDE BIT(17)
#define CR4_KL BIT(19)
#define CR4_SMEP BIT(20)
#define CR4_SMAP BIT(21)
#define CR4_PKE BIT(22)
#define CR4_CET BIT(23)
#define CR4_PKS BIT(24)
#define CR4_UINTR BIT(25)
/* What QEMU's TCG implements of the rest. */
#define CR4_LEGAL UINT64_C(0x00777fff)

#define XCR0_COMPONENTS UINT64_C(0x602ff)

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define EFER_SVME BIT(12)

/*
 * CR0, CR3 and CR4 for a guest without paging; with it, CR0 and CR4 writes. And
 * in any case CR8: of the value QEMU takes the lower bits without a look at the
 * others, a lower one may make way for an interrupt, and QEMU 7.2 dies of it
 * while V_IRQ is set: it raises the interrupt without its lock.
 */
#define INTERCEPT_UNPAGED (BIT(0) | BIT(3) | BIT(4))
#define INTERCEPT_PAGED (BIT(0) | BIT(4))
#define INTERCEPT_CR8 BIT(8)

/* The hidden page table's place: a hole below the firmware of any TD. */
#define HIDDEN_GPA UINT64_C(0xfefff000)
#define TABLE 0x67
#define PAGE_4M 0xe7

static uint32_t hidden_table[1024] aligned(4096);

/* The second top: below 4 GiB the guest's own tables but for one entry. */
struct unpaged_view {
	uint64_t outer_root[512] aligned(4096);	/* of five levels */
	uint64_t root[512] aligned(4096);
	uint64_t gigabytes[512] aligned(4096);
	uint64_t fourth_gigabyte[512] aligned(4096);
	uint64_t hidden[512] aligned(4096);
};
static struct unpaged_view views[MODULE_MAX_VCPUS];

static void hidden_table_init(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(hidden_table); i++)
		hidden_table[i] = i << 22 | PAGE_4M;
}

/* Copies a table of the Secure EPT, or zeros where there is none yet. */
static void copy_table(uint64_t *to, struct td *td, paddr_t gpa,
		       unsigned int level)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);

	if (walk.level == level && sept_state(*walk.entry) == SEPT_NL_MAPPED)
		memcpy(to, memory_at(sept_page(*walk.entry)), PAGE_SIZE);
	else
		memset(to, 0, PAGE_SIZE);
}

void cr_refresh_unpaged(struct vcpu *vcpu)
{
	struct unpaged_view *view = &views[vcpu->index];

	copy_table(view->gigabytes, vcpu->td, 0, SEPT_512G);
	copy_table(view->fourth_gigabyte, vcpu->td, 3 * GIB, SEPT_1G);
	view->outer_root[0] = memory_pa(view->root) | TABLE;
	view->root[0] = memory_pa(view->gigabytes) | TABLE;
	view->gigabytes[3] = memory_pa(view->fourth_gigabyte) | TABLE;
	view->fourth_gigabyte[(HIDDEN_GPA >> 21) & 511] =
		memory_pa(view->hidden) | TABLE;
	view->hidden[(HIDDEN_GPA >> 12) & 511] =
		memory_pa(hidden_table) | TABLE;
}

uint64_t cr_read_efer(const struct vcpu *vcpu)
{
	return vcpu->efer | (cr_is_paging(vcpu) ? EFER_LMA : 0);
}

static void load_paged(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	vmcb->efer = cr_read_efer(vcpu) | EFER_SVME;
	vmcb->cr0 = vcpu->cr0;
	vmcb->cr3 = vcpu->cr3;
	vmcb->cr4 = vcpu->cr4;
	vmcb->cr_read_intercepts = 0;
	vmcb->cr_write_intercepts = INTERCEPT_PAGED | INTERCEPT_CR8;
	vmcb->nested_cr3 = vcpu->td->nested_cr3;
}

static void load_unpaged(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;
	const struct unpaged_view *view = &views[vcpu->index];

	if (!hidden_table[0])
		hidden_table_init();
	vmcb->efer = (vcpu->efer & ~EFER_LME) | EFER_SVME;
	vmcb->cr0 = vcpu->cr0 | CR0_PG;
	vmcb->cr3 = HIDDEN_GPA;
	vmcb->cr4 = (vcpu->cr4 & ~(CR4_PAE | CR4_LA57 | CR4_PCIDE | CR4_SMEP |
				   CR4_SMAP | CR4_PKE)) | CR4_PSE;
	vmcb->cr_read_intercepts = INTERCEPT_UNPAGED;
	vmcb->cr_write_intercepts = INTERCEPT_UNPAGED | INTERCEPT_CR8;
	vmcb->nested_cr3 = memory_pa(svm_levels() > 4 ? view->outer_root :
							view->root);
}

void cr_load(struct vcpu *vcpu)
{
	if (cr_is_paging(vcpu))
		load_paged(vcpu);
	else
		load_unpaged(vcpu);
}

/* With paging on CR3 changes without an exit. */
static void collect(struct vcpu *vcpu)
{
	if (cr_is_paging(vcpu))
		vcpu->cr3 = vcpu->vmcb.cr3;
}

bool cr_write_efer(struct vcpu *vcpu, uint64_t value)
{
	if ((value ^ cr_read_efer(vcpu)) & ~(EFER_SCE | EFER_LMA))
		return false;
	vcpu->efer = (vcpu->efer & ~EFER_SCE) | (value & EFER_SCE);
	collect(vcpu);
	cr_load(vcpu);
	return true;
}

enum cr_verdict {
	CR_ALLOWED,
	CR_GP,
	CR_VE,
};

static enum cr_verdict write_cr0(struct vcpu *vcpu, uint64_t value)
{
	const bool turns_paging_on = !cr_is_paging(vcpu) && (value & CR0_PG);
	const bool turns_paging_off = cr_is_paging(vcpu) && !(value & CR0_PG);

	if ((value >> 32) || !(value & CR0_NE) ||
	    ((value & CR0_PG) && !(value & CR0_PE)) ||
	    ((value & CR0_NW) && !(value & CR0_CD)))
		return CR_GP;
	if (!(value & CR0_WP) && (vcpu->cr4 & CR4_CET))
		return CR_GP;
	if (!(value & CR0_PE) || (value & (CR0_CD | CR0_NW)))
		return CR_VE;
	if (turns_paging_on && (!(vcpu->cr4 & CR4_PAE) ||
				(vcpu->vmcb.cs.attributes & BIT(9))))
		return CR_GP;
	if (turns_paging_off && (vcpu_is_64bit(vcpu) ||
				 (vcpu->cr4 & CR4_PCIDE)))
		return CR_GP;
	vcpu->cr0 = (value & CR0_WRITABLE) | CR0_ET;
	return CR_ALLOWED;
}

/* Bits that ATTRIBUTES and XFAM would have to allow. */
static uint64_t cr4_forbidden(const struct td *td)
{
	uint64_t bits = CR4_KL;

	if (!(td->xfam & BIT(9)))
		bits |= CR4_PKE;
	if ((td->xfam & (BIT(11) | BIT(12))) != (BIT(11) | BIT(12)))
		bits |= CR4_CET;
	if (!(td->attributes & TDX_ATTRIBUTES_PKS))
		bits |= CR4_PKS;
	if (!(td->xfam & BIT(14)))
		bits |= CR4_UINTR;
	return bits;
}

static enum cr_verdict write_cr4(struct vcpu *vcpu, uint64_t value)
{
	const uint64_t changed = value ^ vcpu->cr4;

	if (value & ~(CR4_LEGAL | CR4_VMXE | CR4_SMXE))
		return CR_GP;
	if (value & cr4_forbidden(vcpu->td))
		return CR_GP;
	if (cr_is_paging(vcpu) && ((changed & CR4_LA57) || !(value & CR4_PAE)))
		return CR_GP;
	if ((value & CR4_PCIDE) && !cr_is_paging(vcpu))
		return CR_GP;
	if ((value & CR4_CET) && !(vcpu->cr0 & CR0_WP))
		return CR_GP;
	if (!(value & CR4_MCE) || (value & (CR4_VMXE | CR4_SMXE)))
		return CR_VE;
	vcpu->cr4 = value;
	return CR_ALLOWED;
}

static enum cr_verdict write_cr(struct vcpu *vcpu,
				const struct cr_access *access)
{
	switch (access->type) {
	case CR_CLTS:
		return write_cr0(vcpu, vcpu->cr0 & ~CR0_TS);
	case CR_LMSW:
		/* LMSW cannot clear PE. */
		return write_cr0(vcpu, (vcpu->cr0 & ~(LMSW_BITS & ~CR0_PE)) |
					       (access->value & LMSW_BITS));
	default:
		break;
	}
	switch (access->cr) {
	case 0:
		return write_cr0(vcpu, access->value);
	case 3:
		vcpu->cr3 = access->value;
		return CR_ALLOWED;
	case 4:
		return write_cr4(vcpu, access->value);
	case 8:
		return apic_write_cr8(vcpu, access->value) ? CR_ALLOWED :
							     CR_GP;
	default:
		return CR_GP;
	}
}

static void inject_cr_ve(struct vcpu *vcpu, const struct cr_access *access)
{
	const struct ve_info info = {
		.reason = TDX_VE_CR_ACCESS,
		.qualification = access->cr |
				 (uint64_t)access->type << 4 |
				 (uint64_t)access->is_memory << 6 |
				 (uint64_t)access->gpr << 8 |
				 (access->type == CR_LMSW ?
					  access->value << 16 : 0),
		.length = access->length,
	};

	inject_ve(vcpu, &info);
}

static void read_cr(struct vcpu *vcpu, const struct cr_access *access)
{
	const uint64_t value = access->cr == 0 ? vcpu->cr0 :
			       access->cr == 3 ? vcpu->cr3 :
						 vcpu->cr4;

	*vcpu_register(vcpu, access->gpr) = value;
	vcpu_advance(vcpu, access->length);
}

void cr_handle_access(struct vcpu *vcpu)
{
	struct cr_access access;

	collect(vcpu);
	if (!decode_cr_access(vcpu, &access)) {
		if (decode_length(vcpu))
			emu_fail("cannot decode the control register access "
				 "at %lx", vcpu->vmcb.rip);
		/* MOV with LOCK, which an Intel CPU does not know. */
		inject_exception(vcpu, VECTOR_UD);
		return;
	}
	if (access.type == CR_MOV_FROM) {
		read_cr(vcpu, &access);
		return;
	}
	switch (write_cr(vcpu, &access)) {
	case CR_ALLOWED:
		cr_load(vcpu);
		vcpu_advance(vcpu, access.length);
		break;
	case CR_GP:
		inject_exception(vcpu, VECTOR_GP);
		break;
	case CR_VE:
		inject_cr_ve(vcpu, &access);
		break;
	}
}

/*
 * SDM, XCR0: SSE before AVX, x87 always, AVX-512 and AMX as wholes, and none of
 * XFAM's supervisor components.
 */
static bool is_legal_xcr0(uint64_t value)
{
	const uint64_t avx512 = value & (BIT(5) | BIT(6) | BIT(7));
	const uint64_t amx = value & (BIT(17) | BIT(18));

	if ((value & ~XCR0_COMPONENTS) || !(value & BIT(0)) ||
	    ((value & BIT(2)) && !(value & BIT(1))))
		return false;
	if (avx512 && (avx512 != (BIT(5) | BIT(6) | BIT(7)) ||
		       !(value & BIT(2))))
		return false;
	return !amx || amx == (BIT(17) | BIT(18));
}

void cr_handle_xsetbv(struct vcpu *vcpu)
{
	const uint64_t value = (uint32_t)vcpu->vmcb.rax |
			       vcpu->gpr[GPR_RDX] << 32;

	if ((uint32_t)vcpu->gpr[GPR_RCX] != 0 || !is_legal_xcr0(value) ||
	    (value & ~vcpu->td->xfam)) {
		inject_exception(vcpu, VECTOR_GP);
		return;
	}
	vcpu->xcr0 = value;
	cpu_xsetbv(0, value);
	vcpu_advance(vcpu, decode_length(vcpu));
}
