/* SPDX-License-Identifier: MIT */
/*
 * What the TDX module knows. A module keeps this in pages that the host gave
 * it and cannot read; here it lies in the module's own memory, and the pages
 * are only counted and owned (emu/module/pamt.h). Nothing in vmm/ includes
 * this header.
 */
#ifndef EMU_MODULE_STATE_H
#define EMU_MODULE_STATE_H

#include "arch/x86/frame.h"
#include "arch/x86/tdx/abi.h"
#include "emu/module/cpuid.h"
#include "emu/module/measure.h"
#include "emu/module/msr_native.h"
#include "emu/svm/svm.h"
#include "lib/types.h"

#define MODULE_TDS 2
#define MODULE_MAX_VCPUS 4
#define MODULE_TDCX_PAGES 6
#define MODULE_XFAM_FIXED1 UINT64_C(0x3)
/* What a TD may have. */
#define MODULE_XFAM UINT64_C(0x6dbe7)
#define MODULE_ATTRIBUTES                                           \
	(TDX_ATTRIBUTES_DEBUG | TDX_ATTRIBUTES_SEPT_VE_DISABLE |    \
	 TDX_ATTRIBUTES_MIGRATABLE | TDX_ATTRIBUTES_PKS |           \
	 TDX_ATTRIBUTES_PERFMON)
#define MODULE_TDVPX_PAGES 5
#define MODULE_RTMRS 4
#define MODULE_DIGEST 48
/* Of the data that a module leaves to the one that replaces it. */
#define MODULE_HANDOFF_VERSION 1

/* Numbers of ModRM. */
enum gpr {
	GPR_RAX, GPR_RCX, GPR_RDX, GPR_RBX, GPR_RSP, GPR_RBP, GPR_RSI, GPR_RDI,
	GPR_R8, GPR_R9, GPR_R10, GPR_R11, GPR_R12, GPR_R13, GPR_R14, GPR_R15,
	GPRS,
};

/* MOD, TD Life Cycle State and OP_STATE. */
enum lifecycle {
	TD_HKID_ASSIGNED,
	TD_KEYS_CONFIGURED,
	TD_BLOCKED,
	TD_TEARDOWN,
};

enum op_state {
	OP_STATE_UNINITIALIZED,
	OP_STATE_INITIALIZED,
	OP_STATE_RUNNABLE,
};

/* MOD, #VE Information area (VE_INFO). */
struct ve_info {
	bool is_valid;
	uint32_t reason;
	uint64_t qualification;
	uint64_t gla;
	uint64_t gpa;
	uint32_t length;
	uint32_t information;
};

/* The virtual-APIC page as far as software can see it. */
struct virtual_apic {
	uint64_t irr[4];
	uint64_t isr[4];
	bool is_requested;		/* irr is not empty */
	/* The VMCB says what apic_offer() would, unless one was posted. */
	bool is_settled;
	uint32_t tpr;
	uint32_t self_ipi;
};

enum vcpu_state {
	VCPU_ABSENT,
	VCPU_CREATED,
	VCPU_READY,
	VCPU_RUNNING,
	VCPU_DISABLED,
};

/* Why the last TDH.VP.ENTER returned: what the next one must do first. */
enum vcpu_resume {
	RESUME_PLAIN,
	RESUME_TDVMCALL,
	RESUME_PLAIN_TDVMCALL,	/* the same, and vcpu is_plain */
	RESUME_REEXECUTE,	/* a TDCALL that had to leave half way */
};

/*
 * Where a TDCALL was found: saves a walk when it is executed again. Of 32
 * bytes, as many as one usually has to itself: they lie by bits of RIP.
 */
#define TDCALL_SITES 16
struct tdcall_site {
	uint64_t rip, cr3;
	const uint8_t *bytes;
} aligned(32);
ASSERT_SIZE(struct tdcall_site, 32);

struct td;

struct vcpu {
	/* The guest as entry.S takes it; vmcb has RAX and RSP. */
	struct vmcb vmcb aligned(4096);
	uint64_t gpr[GPRS];
	paddr_t pa;

	uint8_t xsave_area[4096] aligned(64);	/* of one that was flushed */
	bool has_xsave;
	uint64_t entries;		/* VM entries and exits: odd inside */
	uint64_t epoch;			/* the TD's, at the last entry */
	struct td *td;
	enum vcpu_state state;
	enum vcpu_resume resume;
	bool is_plain;			/* nothing was due at the last entry */
	paddr_t tdvpr;
	unsigned int num_tdvpx;
	paddr_t tdvpx[MODULE_TDVPX_PAGES];
	uint32_t index;
	uint32_t x2apic_id;		/* the host says so; no guest sees it */
	bool is_associated;		/* with this CPU */
	unsigned int cpu;

	/*
	 * As the guest sees them; the VMCB may hold other values (cr.c). With
	 * paging on, CR3 is the VMCB's.
	 */
	uint64_t cr0, cr3, cr4, efer, xcr0, xss;

	struct ve_info ve;
	struct virtual_apic apic;
	paddr_t posted_interrupts;	/* the host's descriptor */
	uint8_t posted_vector;

	unsigned int nmi;		/* emu/module/nmi.h: NMI_ */
	uint32_t nmi_intercepts;	/* before the instruction stepped */
	uint64_t nmi_flags, nmi_dr6;

	unsigned int cpuid_ve;		/* bit 0 supervisor, bit 1 user */
	uint8_t cpuid_control[TD_CPUID_CONTROLS];
	uint64_t debugctl;
	struct msr_kept msrs;

	unsigned int tdcall_length;	/* of the one being executed */
	struct tdcall_site tdcall_sites[TDCALL_SITES];
};

ASSERT_FIELD(struct vcpu, vmcb, 0, 4096);
ASSERT_FIELD(struct vcpu, gpr, SVM_GPR, 8 * GPRS);
ASSERT_FIELD(struct vcpu, pa, SVM_PA, 8);

struct td {
	enum lifecycle lifecycle;
	enum op_state op_state;
	bool is_fatal;
	paddr_t tdr;
	uint16_t hkid;
	unsigned int num_tdcx;
	paddr_t tdcx[MODULE_TDCX_PAGES];
	uint64_t num_children;		/* pages of 4 KiB, without the TDR */

	/* TD_PARAMS */
	uint64_t attributes;
	uint64_t xfam;
	uint64_t config_flags;
	uint64_t eptp_controls;
	uint16_t max_vcpus;
	uint16_t tsc_frequency;		/* in 25 MHz */
	uint64_t arch_capabilities;
	struct cpuid_regs cpuid_config[TD_CPUID_CONFIGS];
	uint8_t mrconfigid[MODULE_DIGEST];
	uint8_t mrowner[MODULE_DIGEST];
	uint8_t mrownerconfig[MODULE_DIGEST];

	uint64_t td_ctls;
	uint64_t notify_enables;
	uint64_t hp_lock_timeout;	/* microseconds */
	uint64_t tsc_offset;
	unsigned int gpaw;
	paddr_t shared_bit;		/* the highest of so many */

	struct measure mrtd_stream;
	uint8_t mrtd[MODULE_DIGEST];
	uint8_t rtmr[MODULE_RTMRS][MODULE_DIGEST];

	uint64_t epoch;			/* TD_EPOCH: counts TDH.MEM.TRACK */

	/* The top of the Secure EPT; its upper half is the host's. */
	uint64_t sept_root[512] aligned(4096);
	unsigned int sept_top;		/* its level */
	paddr_t shared_eptp;
	/* Above it, where the CPU walks more levels than the TD has. */
	uint64_t outer_root[512] aligned(4096);
	paddr_t nested_cr3;

	unsigned int num_vcpus;		/* of them TDH.VP.INIT is done */
	unsigned int num_created;
	struct vcpu vcpus[MODULE_MAX_VCPUS];
};

static inline bool vcpu_is_inside(const struct vcpu *vcpu)
{
	return __atomic_load_n(&vcpu->entries, __ATOMIC_SEQ_CST) & 1;
}

/* May the vCPU still use translations from before TD epoch epoch? */
static inline bool vcpu_is_behind(const struct vcpu *vcpu, uint64_t epoch)
{
	return vcpu_is_inside(vcpu) && vcpu->epoch < epoch;
}

/* Guest CPU in 64-bit mode: EFER.LMA and CS.L. */
static inline bool vcpu_is_64bit(const struct vcpu *vcpu)
{
	return (vcpu->vmcb.efer & BIT(10)) &&
	       (vcpu->vmcb.cs.attributes & BIT(9));
}

static inline uint64_t *vcpu_register(struct vcpu *vcpu, unsigned int number)
{
	return number == GPR_RAX ? &vcpu->vmcb.rax :
	       number == GPR_RSP ? &vcpu->vmcb.rsp :
				   &vcpu->gpr[number];
}

#endif
