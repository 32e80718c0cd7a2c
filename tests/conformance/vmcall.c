/* SPDX-License-Identifier: MIT */
/*
 * TDG.VP.VMCALL: what the module does with the selector and the registers,
 * and the status of each call to the host. "RCX selector", "Resume" and "Leaf
 * table" of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define ALL_BUT_SELECTED 0xFFCC	/* RDX RBX RSI RDI R8-R15: Linux, EDK2 */
#define SCRATCH UINT64_C(0xFED1C100)	/* of a device */

/* RCX selector: bits that must be 0; no exit, nothing changed. */
static const struct {
	const char *name;
	uint64_t rcx;
} bad_masks[] = {
	{ "vmcall.mask_rax", 0xFC00 | BIT(RAX) },
	{ "vmcall.mask_rcx", 0xFC00 | BIT(RCX) },
	{ "vmcall.mask_rsp", 0xFC00 | BIT(RSP) },
	{ "vmcall.mask_rbp_no_rbp_mod", 0xFC00 | BIT(RBP) },
	{ "vmcall.mask_bit_32", 0xFC00 | BIT(32) },
	{ "vmcall.mask_bit_33", 0xFC00 | BIT(33) },
	{ "vmcall.mask_bit_47", 0xFC00 | BIT(47) },
	{ "vmcall.mask_bit_63", 0xFC00 | BIT(63) },
	{ "vmcall.mask_all", UINT64_MAX },
};

static void check_bad_masks(void)
{
	struct trial before;
	struct trial after;

	for (size_t i = 0; i < ARRAY_SIZE(bad_masks); i++) {
		rule_begin(bad_masks[i].name);
		expect("CONFIG_FLAGS.NO_RBP_MOD",
		       vm_rd(CONFIG_FLAGS) & CONFIG_NO_RBP_MOD,
		       CONFIG_NO_RBP_MOD);
		trial_fill(&before);
		before.gpr[RAX] = TDG_VP_VMCALL;
		before.gpr[RCX] = bad_masks[i].rcx;
		before.gpr[R10] = 0;
		before.gpr[R11] = VMCALL_CPUID;
		after = before;
		trial_run(&after, CODE(TDCALL));
		expect_completed(&after);
		expect("RAX", after.gpr[RAX], OPERAND_INVALID(ID_RCX));
		expect_kept(&before, &after, BIT(RAX));
	}
}

/* A GetTdVmCallInfo with a selector of the caller's. */
static struct trial call_info(uint64_t rcx, struct trial *before)
{
	struct trial after;

	trial_fill(before);
	before->gpr[RAX] = TDG_VP_VMCALL;
	before->gpr[RCX] = rcx;
	before->gpr[R10] = 0;
	before->gpr[R11] = VMCALL_INFO;
	before->gpr[R12] = 0;
	after = *before;
	trial_tdcall(&after);
	return after;
}

/* Resume: RAX 0, RCX the selector, unselected ones the guest's own. */
static void rax_zero_rcx_kept(void)
{
	struct trial before;
	struct trial after = call_info(0xFC00, &before);

	expect("RAX", after.gpr[RAX], 0);
	expect("RCX", after.gpr[RCX], 0xFC00);
}

static void unselected_kept(void)
{
	struct trial before;
	struct trial after = call_info(0x3C00, &before);

	expect_kept(&before, &after, 0x3C00);
}

static void unselected_outputs_kept(void)
{
	struct trial before;
	struct trial after = call_info(BIT(R10) | BIT(R11), &before);

	expect("R10", after.gpr[R10], 0);
	expect("R11", after.gpr[R11], 0);
	expect_kept(&before, &after, BIT(R10) | BIT(R11));
}

/* Resume: the VMM leaves selected registers as they came. */
static void selected_unused_come_back(void)
{
	struct trial before;
	struct trial after = call_info(ALL_BUT_SELECTED, &before);

	expect_kept(&before, &after, 0x7C00);
}

static void empty_mask(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_VP_VMCALL;
	before.gpr[RCX] = 0;
	after = before;
	trial_tdcall(&after);
	expect_kept(&before, &after, 0);
}

static void xmm_mask_accepted(void)
{
	struct trial before;
	struct trial after = call_info(0xFFFFFC00, &before);

	expect("RAX", after.gpr[RAX], 0);
	expect("R10", after.gpr[R10], 0);
}

/* Resume: XMM registers that are not selected keep the guest's values. */
static void xmm_unselected_kept(void)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = TDG_VP_VMCALL;
	trial.gpr[RCX] = 0xFC00;
	trial.gpr[R10] = 0;
	trial.gpr[R11] = VMCALL_INFO;
	trial.gpr[R12] = 0;
	/* movq %rbx, %xmm0; movq %rbp, %xmm15; ...; movq to %rdi and %rsi */
	trial_run(&trial, CODE("\x66\x48\x0F\x6E\xC3"
			       "\x66\x4C\x0F\x6E\xFD" TDCALL
			       "\x66\x48\x0F\x7E\xC7"
			       "\x66\x4C\x0F\x7E\xFE"));
	expect_completed(&trial);
	expect("XMM0", trial.gpr[RDI], trial.gpr[RBX]);
	expect("XMM15", trial.gpr[RSI], trial.gpr[RBP]);
}

/* What the VMM sees: unselected registers are 0. */
static void unselected_hidden(void)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = BIT(R10) | BIT(R11) | 0xE000;
	trial.gpr[R11] = VMCALL_CPUID;
	trial.gpr[R12] = 0x40000000;
	trial_tdcall(&trial);
	expect("R10", trial.gpr[R10], 0);
	expect("R12", trial.gpr[R12], 0x40000000);
	expect("R13: leaf 0 asked for", trial.gpr[R13], 0x756E6547);
}

static void unselected_r10_hidden(void)
{
	struct trial trial = { 0 };

	trial.gpr[RCX] = BIT(R11) | 0xF000;
	trial.gpr[R10] = 77;
	trial.gpr[R11] = VMCALL_CPUID;
	trial_tdcall(&trial);
	expect("R10", trial.gpr[R10], 77);
	expect("R13: a GHCI leaf", trial.gpr[R13], 0x756E6547);
}

static void operation_completes_rip(void)
{
	struct trial trial = { 0 };

	trial.rflags = 0xCD5;
	trial.gpr[RCX] = 0xFC00;
	trial.gpr[R11] = VMCALL_INFO;
	trial_run(&trial, CODE(TDCALL));
	expect_completed(&trial);
	expect("RFLAGS", trial.rflags, 0xCD7);
}

/* R10 != 0, KVM's own: unknown numbers are answered by -KVM_ENOSYS. */
static void kvm_hypercall(void)
{
	static const uint64_t numbers[] = { 2, 77, BIT(32), UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct trial trial = { 0 };

		trial.gpr[RAX] = TDG_VP_VMCALL;
		trial.gpr[RCX] = 0xFC00;
		trial.gpr[R10] = numbers[i];
		trial.gpr[R11] = VMCALL_INFO;
		trial_run(&trial, CODE(TDCALL));
		expect_completed(&trial);
		expect("R10", trial.gpr[R10], (uint64_t)-1000);
		expect("R11", trial.gpr[R11], VMCALL_INFO);
	}
}

/* Leaf table, calls that need nothing but R11 to R15. */
struct call {
	const char *name;
	uint64_t leaf, r12, r13, r14;
	uint64_t want;
};

static const struct call calls[] = {
	{ "vmcall.unknown_leaf_0", 0, 0, 0, 0, VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.unknown_leaf_1", 1, 0, 0, 0, VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.no_leaf_for_invd", VE_INVD, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.no_leaf_for_vmcall", VE_VMCALL, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.no_leaf_for_cr", VE_CR, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.no_leaf_for_mwait", VE_MWAIT, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.no_leaf_for_monitor", VE_MONITOR, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.wbinvd_unsupported", VE_WBINVD, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.pconfig_unsupported", 65, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.service_unsupported", 0x10005, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.migtd_unsupported", 0x10006, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.unknown_leaf_10007", 0x10007, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.unknown_leaf_bit_32", BIT(32) | VMCALL_CPUID, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.unknown_leaf_all_ones", UINT64_MAX, 0, 0, 0,
	  VMCALL_SUBFUNC_UNSUPPORTED },
	{ "vmcall.io_size_0", VMCALL_IO, 0, 0, 0x80, VMCALL_INVALID_OPERAND },
	{ "vmcall.io_size_3", VMCALL_IO, 3, 0, 0x80, VMCALL_INVALID_OPERAND },
	{ "vmcall.io_size_8", VMCALL_IO, 8, 0, 0x80, VMCALL_INVALID_OPERAND },
	{ "vmcall.io_direction_2", VMCALL_IO, 1, 2, 0x80,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.io_direction_all_ones", VMCALL_IO, 1, UINT64_MAX, 0x80,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_unknown", VMCALL_RDMSR, 0x12345678, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_tsc", VMCALL_RDMSR, 0x10, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_tsc_adjust", VMCALL_RDMSR, 0x3B, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_fs_base", VMCALL_RDMSR, 0xC0000100, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_tpr", VMCALL_RDMSR, X2APIC_TPR, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_ppr", VMCALL_RDMSR, X2APIC_PPR, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_eoi", VMCALL_WRMSR, X2APIC_EOI, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_isr", VMCALL_RDMSR, X2APIC_ISR, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_tmr", VMCALL_RDMSR, X2APIC_TMR + 7, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_irr", VMCALL_RDMSR, X2APIC_IRR, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_pat", VMCALL_RDMSR, 0x277, 0, 0, 0 },
	{ "vmcall.rdmsr_efer", VMCALL_RDMSR, 0xC0000080, 0, 0, 0 },
	{ "vmcall.rdmsr_mtrr_default", VMCALL_RDMSR, 0x2FF, 0, 0, 0 },
	{ "vmcall.rdmsr_mtrr_fixed", VMCALL_RDMSR, 0x250, 0, 0, 0 },
	{ "vmcall.rdmsr_mtrr_variable", VMCALL_RDMSR, 0x20F, 0, 0, 0 },
	{ "vmcall.rdmsr_ucode", VMCALL_RDMSR, 0x8B, 0, 0, 0 },
	{ "vmcall.rdmsr_arch_capabilities", VMCALL_RDMSR, 0x10A, 0, 0, 0 },
	{ "vmcall.rdmsr_misc_enable", VMCALL_RDMSR, 0x1A0, 0, 0, 0 },
	{ "vmcall.rdmsr_platform_info", VMCALL_RDMSR, 0xCE, 0, 0, 0 },
	{ "vmcall.rdmsr_misc_features", VMCALL_RDMSR, 0x140, 0, 0, 0 },
	{ "vmcall.rdmsr_power_ctl", VMCALL_RDMSR, 0x1FC, 0, 0, 0 },
	{ "vmcall.rdmsr_mcg_cap", VMCALL_RDMSR, 0x179, 0, 0, 0 },
	{ "vmcall.rdmsr_mcg_status", VMCALL_RDMSR, 0x17A, 0, 0, 0 },
	{ "vmcall.rdmsr_tsc_deadline", VMCALL_RDMSR, 0x6E0, 0, 0, 0 },
	{ "vmcall.wrmsr_apic_base", VMCALL_WRMSR, 0x1B, 0xFEE00D00, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_efer", VMCALL_WRMSR, 0xC0000080, 0xD01, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_feat_ctl", VMCALL_WRMSR, 0x3A, 1, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_unknown", VMCALL_WRMSR, 0x12345678, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_tsc", VMCALL_WRMSR, 0x10, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_mtrrcap", VMCALL_WRMSR, 0xFE, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.rdmsr_no_mtrr", VMCALL_RDMSR, 0x251, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_no_mtrr", VMCALL_WRMSR, 0x25A, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_pat_type_2", VMCALL_WRMSR, 0x277, 2, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_mtrr_fixed_type_7", VMCALL_WRMSR, 0x26F,
	  UINT64_C(7) << 56, 0, VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_mtrr_default_reserved", VMCALL_WRMSR, 0x2FF, BIT(12),
	  0, VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_platform_info", VMCALL_WRMSR, 0xCE, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.wrmsr_mcg_cap", VMCALL_WRMSR, 0x179, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.mmio_private", VMCALL_MMIO, 4, 0, SCRATCH,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.info_leaf_2", VMCALL_INFO, 2, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.info_leaf_all_ones", VMCALL_INFO, UINT64_MAX, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.event_notify_0", VMCALL_EVENT_NOTIFY, 0, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.event_notify_31", VMCALL_EVENT_NOTIFY, 31, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.event_notify_32", VMCALL_EVENT_NOTIFY, 32, 0, 0, 0 },
	{ "vmcall.event_notify_255", VMCALL_EVENT_NOTIFY, 255, 0, 0, 0 },
	{ "vmcall.event_notify_256", VMCALL_EVENT_NOTIFY, 256, 0, 0,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.event_notify_bit_32", VMCALL_EVENT_NOTIFY, BIT(32) | 32, 0,
	  0, VMCALL_INVALID_OPERAND },
};

/* Calls whose R14 is an address with the shared bit. */
static const struct call mmio_calls[] = {
	{ "vmcall.mmio_size_0", VMCALL_MMIO, 0, 0, SCRATCH,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.mmio_size_3", VMCALL_MMIO, 3, 0, SCRATCH,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.mmio_size_16", VMCALL_MMIO, 16, 0, SCRATCH,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.mmio_direction_2", VMCALL_MMIO, 4, 2, SCRATCH,
	  VMCALL_INVALID_OPERAND },
	{ "vmcall.mmio_read", VMCALL_MMIO, 4, 0, SCRATCH, 0 },
};

static void check_calls(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		const struct call *call = &calls[i];
		struct trial trial = { 0 };

		rule_begin(call->name);
		expect("R10", vmcall(&trial, call->leaf, call->r12, call->r13,
				     call->r14), call->want);
		expect("RAX", trial.gpr[RAX], 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(mmio_calls); i++) {
		const struct call *call = &mmio_calls[i];
		struct trial trial = { 0 };

		rule_begin(call->name);
		expect("R10", vmcall(&trial, call->leaf, call->r12, call->r13,
				     call->r14 | shared_bit), call->want);
		expect("RAX", trial.gpr[RAX], 0);
	}
}

static const struct rule rules[] = {
	{ "vmcall.rax_zero_rcx_kept", rax_zero_rcx_kept },
	{ "vmcall.unselected_kept", unselected_kept },
	{ "vmcall.unselected_outputs_kept", unselected_outputs_kept },
	{ "vmcall.selected_unused_come_back", selected_unused_come_back },
	{ "vmcall.empty_mask", empty_mask },
	{ "vmcall.xmm_mask_accepted", xmm_mask_accepted },
	{ "vmcall.xmm_unselected_kept", xmm_unselected_kept },
	{ "vmcall.unselected_hidden", unselected_hidden },
	{ "vmcall.unselected_r10_hidden", unselected_r10_hidden },
	{ "vmcall.rflags", operation_completes_rip },
	{ "vmcall.kvm_hypercall", kvm_hypercall },
};

int main(void)
{
	trial_init();
	check_bad_masks();
	check_calls();
	RULES_CHECK(rules);
	return rules_verdict();
}
