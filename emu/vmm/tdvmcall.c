/* SPDX-License-Identifier: MIT */
/*
 * TDVMCALLs as KVM and QEMU answer them. R10 always gets a status; other
 * registers only what the leaf defines, the rest goes back as it came.
 */
#include "emu/boot/log.h"
#include "emu/layout.h"
#include "emu/lies/lies.h"
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

#define FATAL_ERROR_CODE UINT64_C(0xffff)
#define FATAL_HAS_PAGE BIT(63)
#define FATAL_TEXT 64

/* GHCI: leaves below are exit reasons of VMX. */
#define FIRST_NUMBER TDVMCALL_GET_TD_VM_CALL_INFO

/* GHCI, GetTdVmCallInfo: SetupEventNotifyInterrupt. */
#define OPTIONAL_LEAVES BIT(1)

/* KVM's own hypercalls: what it answers to those that are not offered. */
#define KVM_ENOSYS 1000

static uint64_t handle_cpuid(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	uint32_t out[4];

	vmm_cpuid(vcpu, (uint32_t)regs->r12, (uint32_t)regs->r13, out);
	regs->r12 = out[0];
	regs->r13 = out[1];
	regs->r14 = out[2];
	regs->r15 = out[3];
	return TDVMCALL_STATUS_SUCCESS;
}

static uint64_t handle_hlt(struct vmm_vcpu *vcpu)
{
	vmm_halt(vcpu, vcpu->regs.r12 != 0);
	return TDVMCALL_STATUS_SUCCESS;
}

static uint64_t handle_io(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	const uint64_t size = regs->r12;
	const uint16_t port = (uint16_t)regs->r14;

	if ((size != 1 && size != 2 && size != 4) || regs->r13 > 1)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	if (vmm_window_io(vcpu))
		return TDVMCALL_STATUS_SUCCESS;
	if (regs->r13 == TDVMCALL_DIRECTION_WRITE)
		vmm_port_write(port, (unsigned int)size,
			       (uint32_t)regs->r15);
	else
		regs->r11 = vmm_port_read(port, (unsigned int)size);
	return TDVMCALL_STATUS_SUCCESS;
}

static uint64_t handle_rdmsr(struct vmm_vcpu *vcpu)
{
	uint64_t value;

	if (!vmm_msr_read(vcpu, (uint32_t)vcpu->regs.r12, &value))
		return TDVMCALL_STATUS_INVALID_OPERAND;
	vcpu->regs.r11 = value;
	return TDVMCALL_STATUS_SUCCESS;
}

static uint64_t handle_wrmsr(struct vmm_vcpu *vcpu)
{
	return vmm_msr_write(vcpu, (uint32_t)vcpu->regs.r12,
			     vcpu->regs.r13) ?
		       TDVMCALL_STATUS_SUCCESS :
		       TDVMCALL_STATUS_INVALID_OPERAND;
}

static uint64_t handle_mmio(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	const uint64_t size = regs->r12;
	const paddr_t gpa = regs->r14 & ~vmm_config.shared_bit;

	if ((size != 1 && size != 2 && size != 4 && size != 8) ||
	    regs->r13 > 1 || !(regs->r14 & vmm_config.shared_bit) ||
	    !((regs->r14 + size - 1) & vmm_config.shared_bit) ||
	    regs->r14 >= 2 * vmm_config.shared_bit)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	/* Memory is no device: KVM would read what is shared there. */
	if (regs->r13 == TDVMCALL_DIRECTION_WRITE)
		vmm_mmio_write(gpa, (unsigned int)size, regs->r15);
	else
		regs->r11 = vmm_mmio_read(gpa, (unsigned int)size);
	return TDVMCALL_STATUS_SUCCESS;
}

/*
 * How much of it can be private: RAM alone. KVM asks QEMU for 2 MiB at a time
 * from the start on, and for no more when one is refused.
 */
static uint64_t private_size(paddr_t start, uint64_t size)
{
	uint64_t at = 0;

	while (at < size && vmm_is_ram(start + at) &&
	       vmm_is_ram(start + min_u64(at + PAGE_SIZE_2M, size) - 1))
		at += PAGE_SIZE_2M;
	return min_u64(at, size);
}

static uint64_t handle_map_gpa(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	const paddr_t start = regs->r12;
	const uint64_t size = regs->r13;
	const paddr_t last = start + size - 1;
	uint64_t done = size;

	regs->r11 = start;
	if (start + size <= start || last >= 2 * vmm_config.shared_bit ||
	    ((start ^ last) & vmm_config.shared_bit))
		return TDVMCALL_STATUS_INVALID_OPERAND;
	if (start % PAGE_SIZE || size % PAGE_SIZE)
		return TDVMCALL_STATUS_ALIGN_ERROR;
	if (start & vmm_config.shared_bit) {
		vmm_memory_share(vcpu, start & ~vmm_config.shared_bit, size);
	} else {
		done = private_size(start, size);
		vmm_memory_unshare(vcpu, start, done);
	}
	regs->r11 = done < size ? start + done : TDVMCALL_MAP_GPA;
	return done < size ? TDVMCALL_STATUS_INVALID_OPERAND :
			     TDVMCALL_STATUS_SUCCESS;
}

static uint64_t handle_get_info(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	const uint64_t query = regs->r12;

	if (query > 1)
		return TDVMCALL_STATUS_INVALID_OPERAND;
	regs->r11 = query ? OPTIONAL_LEAVES : 0;
	regs->r12 = regs->r13 = regs->r14 = 0;
	return TDVMCALL_STATUS_SUCCESS;
}

/* QEMU's order of the message registers, of which only those that the guest
 * has exposed count; anything unprintable is a dot. */
static void fatal_text(const struct vp_registers *regs,
		       char text[FATAL_TEXT + 1])
{
	const struct {
		uint64_t exposed;
		uint64_t word;
	} words[] = {
		{ TDVMCALL_EXPOSE_R14, regs->r14 },
		{ TDVMCALL_EXPOSE_R15, regs->r15 },
		{ TDVMCALL_EXPOSE_RBX, regs->rbx },
		{ TDVMCALL_EXPOSE_RDI, regs->rdi },
		{ TDVMCALL_EXPOSE_RSI, regs->rsi },
		{ TDVMCALL_EXPOSE_R8, regs->r8 },
		{ TDVMCALL_EXPOSE_R9, regs->r9 },
		{ TDVMCALL_EXPOSE_RDX, regs->rdx },
	};
	char *to = text;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(regs->rcx & words[i].exposed))
			continue;
		__builtin_memcpy(to, &words[i].word, sizeof(words[i].word));
		to += sizeof(words[i].word);
	}
	*to = '\0';
	for (char *at = text; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '.';
}

static noreturn uint64_t handle_fatal_error(struct vmm_vcpu *vcpu)
{
	const struct vp_registers *regs = &vcpu->regs;
	char text[FATAL_TEXT + 1];

	if (regs->r12 & FATAL_ERROR_CODE)
		vmm_td_end(EMU_EXIT_FATAL_REPORT,
			   "the TD reported a fatal error in a reserved "
			   "format: r12 %lx", regs->r12);
	fatal_text(regs, text);
	if (regs->r12 & FATAL_HAS_PAGE)
		vmm_td_end(EMU_EXIT_FATAL_REPORT, "the TD reported a fatal "
			   "error: \"%s\", with more at GPA %lx", text,
			   regs->r13);
	vmm_td_end(EMU_EXIT_FATAL_REPORT,
		   "the TD reported a fatal error: \"%s\"", text);
}

/* By exit reason, and by the number above FIRST_NUMBER. */
static uint64_t (*const by_reason[])(struct vmm_vcpu *vcpu) = {
	[TDVMCALL_CPUID] = handle_cpuid,
	[TDVMCALL_HLT] = handle_hlt,
	[TDVMCALL_IO] = handle_io,
	[TDVMCALL_RDMSR] = handle_rdmsr,
	[TDVMCALL_WRMSR] = handle_wrmsr,
	[TDVMCALL_REQUEST_MMIO] = handle_mmio,
};
static uint64_t (*const by_number[])(struct vmm_vcpu *vcpu) = {
	[TDVMCALL_GET_TD_VM_CALL_INFO - FIRST_NUMBER] = handle_get_info,
	[TDVMCALL_MAP_GPA - FIRST_NUMBER] = handle_map_gpa,
	[TDVMCALL_GET_QUOTE - FIRST_NUMBER] = vmm_get_quote,
	[TDVMCALL_REPORT_FATAL_ERROR - FIRST_NUMBER] = handle_fatal_error,
	[TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT - FIRST_NUMBER] =
		vmm_setup_notify,
};

static inline uint64_t answer(struct vmm_vcpu *vcpu)
{
	uint64_t (*handle)(struct vmm_vcpu *vcpu) = NULL;
	const uint64_t leaf = vcpu->regs.r11;

	if (leaf < ARRAY_SIZE(by_reason))
		handle = by_reason[leaf];
	else if (leaf - FIRST_NUMBER < ARRAY_SIZE(by_number))
		handle = by_number[leaf - FIRST_NUMBER];
	if (vcpu->regs.r10)
		return -(uint64_t)KVM_ENOSYS;
	return handle ? handle(vcpu) : TDVMCALL_STATUS_SUBFUNC_UNSUPPORTED;
}

static noinline void trace(const struct vmm_vcpu *vcpu)
{
	const struct vp_registers *regs = &vcpu->regs;

	emu_print("vmcall cpu=%u name=%s mask=%lx r10=%lx r11=%lx r12=%lx "
		  "r13=%lx r14=%lx r15=%lx\n", vcpu->index,
		  regs->r10 ? "KVM" : debug_tdvmcall_name(regs->r11),
		  regs->rcx, regs->r10, regs->r11, regs->r12, regs->r13,
		  regs->r14, regs->r15);
}

static noinline void answer_with_lies(struct vmm_vcpu *vcpu)
{
	const struct vp_registers asked = vcpu->regs;

	if (!lies_take_call(vcpu))
		vcpu->regs.r10 = answer(vcpu);
	lies_change_answer(vcpu, &asked);
}

void vmm_handle_tdvmcall(struct vmm_vcpu *vcpu)
{
	if (unlikely(vmm_config.trace & TRACE_VMCALL))
		trace(vcpu);
	if (unlikely(lies_are_chosen()))
		answer_with_lies(vcpu);
	else
		vcpu->regs.r10 = answer(vcpu);
}
