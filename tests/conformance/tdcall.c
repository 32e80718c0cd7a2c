/* SPDX-License-Identifier: MIT */
/*
 * TDCALL: the instruction, its encoding of leaves, what it leaves alone, and
 * TDG.VP.INFO. "TDCALL details" and "RAX on entry" of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define ARITHMETIC_FLAGS UINT64_C(0xCD5)	/* CF PF AF ZF SF DF OF */
#define VECTOR 0x51
#define STI "\xFB"
#define NOP "\x90"

/* RAX on entry: reserved bits, version, unknown leaf. */
static const struct {
	const char *name;
	uint64_t rax;
} refused[] = {
	{ "tdcall.unknown_leaf_13", 13 },
	{ "tdcall.unknown_leaf_14", 14 },
	{ "tdcall.unknown_leaf_15", 15 },
	{ "tdcall.unknown_leaf_16", 16 },
	{ "tdcall.unknown_leaf_17", 17 },
	{ "tdcall.unknown_leaf_19", 19 },
	{ "tdcall.unknown_leaf_21", 21 },
	{ "tdcall.unknown_leaf_28", 28 },
	{ "tdcall.unknown_leaf_29_mr_key_get", 29 },
	{ "tdcall.unknown_leaf_30_page_release", 30 },
	{ "tdcall.unknown_leaf_33_rebind_approve", 33 },
	{ "tdcall.unknown_leaf_255", 255 },
	{ "tdcall.unknown_leaf_256", 256 },
	{ "tdcall.unknown_leaf_65535", 65535 },
	{ "tdcall.version_1_of_vmcall", VERSION(1) | TDG_VP_VMCALL },
	{ "tdcall.version_1_of_vp_info", VERSION(1) | TDG_VP_INFO },
	{ "tdcall.version_1_of_rtmr_extend", VERSION(1) | TDG_MR_RTMR_EXTEND },
	{ "tdcall.version_1_of_veinfo_get", VERSION(1) | TDG_VP_VEINFO_GET },
	{ "tdcall.version_1_of_mr_report", VERSION(1) | TDG_MR_REPORT },
	{ "tdcall.version_1_of_cpuidve_set", VERSION(1) | TDG_VP_CPUIDVE_SET },
	{ "tdcall.version_1_of_accept", VERSION(1) | TDG_MEM_PAGE_ACCEPT },
	{ "tdcall.version_1_of_vm_wr", VERSION(1) | TDG_VM_WR },
	{ "tdcall.version_1_of_vp_rd", VERSION(1) | TDG_VP_RD },
	{ "tdcall.version_1_of_vp_wr", VERSION(1) | TDG_VP_WR },
	{ "tdcall.version_1_of_sys_rd", VERSION(1) | TDG_SYS_RD },
	{ "tdcall.version_1_of_sys_rdall", VERSION(1) | TDG_SYS_RDALL },
	{ "tdcall.version_1_of_attr_rd", VERSION(1) | TDG_MEM_PAGE_ATTR_RD },
	{ "tdcall.version_2_of_vm_rd", VERSION(2) | TDG_VM_RD },
	{ "tdcall.version_128_of_vp_info", VERSION(128) | TDG_VP_INFO },
	{ "tdcall.version_1_of_unknown_leaf", VERSION(1) | 13 },
	{ "tdcall.reserved_bit_24", BIT(24) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_27", BIT(27) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_31", BIT(31) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_32", BIT(32) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_48", BIT(48) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_63", BIT(63) | TDG_VP_INFO },
	{ "tdcall.reserved_bit_24_of_vmcall", BIT(24) | TDG_VP_VMCALL },
	{ "tdcall.reserved_bit_63_of_vmcall", BIT(63) | TDG_VP_VMCALL },
};

/* All fail alike: no register but RAX changes, no VMM is asked. */
static void check_refused(void)
{
	struct trial before;
	struct trial after;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		rule_begin(refused[i].name);
		trial_fill(&before);
		before.gpr[RAX] = refused[i].rax;
		after = before;
		trial_run(&after, CODE(TDCALL));
		expect_completed(&after);
		expect("RAX", after.gpr[RAX], OPERAND_INVALID(ID_RAX));
		expect_kept(&before, &after, BIT(RAX));
	}
}

/* TDCALL details: order of checks, RAX before the operands of the leaf. */
static void order_rax_before_operands(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = VERSION(1) | TDG_VP_VMCALL;
	trial.gpr[RCX] = BIT(RAX);
	expect("RAX", trial_tdcall(&trial), OPERAND_INVALID(ID_RAX));
	trial.gpr[RAX] = BIT(31) | TDG_VP_CPUIDVE_SET;
	trial.gpr[RCX] = UINT64_MAX;
	expect("RAX", trial_tdcall(&trial), OPERAND_INVALID(ID_RAX));
}

static void version_1_of_vm_rd(void)
{
	expect("RAX", tdcall3(VERSION(1) | TDG_VM_RD, 0, ATTRIBUTES), 0);
}

/* TDCALL details: RIP is advanced by the instruction's length. */
static void rip_advance(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_INFO;
	trial_run(&trial, CODE(TDCALL NOP));
	expect_completed(&trial);
	expect("offset", trial.offset, 5);
}

static void rip_advance_prefix(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_INFO;
	trial_run(&trial, CODE("\x2E" TDCALL));
	expect_completed(&trial);
	expect("offset", trial.offset, 5);
	expect("RAX", trial.gpr[RAX], 0);
}

static void check_flags(uint64_t leaf, uint64_t flags)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = leaf;
	trial.rflags = flags | FLAG_FIXED;
	trial_run(&trial, CODE(TDCALL));
	expect_completed(&trial);
	expect("RFLAGS", trial.rflags, flags | FLAG_FIXED);
}

/* TDCALL details: RFLAGS not modified for a TDCALL that completes. */
static void rflags_success(void)
{
	check_flags(TDG_VP_INFO, ARITHMETIC_FLAGS);
	check_flags(TDG_VP_INFO, 0);
}

static void rflags_failure(void)
{
	check_flags(13, ARITHMETIC_FLAGS);
	check_flags(13, 0);
}

/* TDCALL details: guest not in 64-bit mode, CPL > 0. */
static void check_mode(enum trial_mode mode, uint64_t rax)
{
	struct trial before = { 0 };
	struct trial after;

	before.gpr[RAX] = rax;
	before.gpr[RCX] = 0x1234;
	before.gpr[RDX] = 0x5678;
	before.rflags = FLAG_FIXED;
	after = before;
	trial_run_mode(&after, CODE(TDCALL), mode);
	expect_fault(&before, &after, VECTOR_GP);
}

static void compatibility_mode_gp(void)
{
	check_mode(TRIAL_KERNEL32, TDG_VP_INFO);
}

static void compatibility_mode_before_rax(void)
{
	check_mode(TRIAL_KERNEL32, BIT(31));
}

static void cpl3_gp(void)
{
	check_mode(TRIAL_USER64, TDG_VP_INFO);
}

static void cpl3_vmcall_gp(void)
{
	check_mode(TRIAL_USER64, TDG_VP_VMCALL);
}

static void cpl3_unknown_leaf_gp(void)
{
	check_mode(TRIAL_USER64, 13);
}

static void cpl3_32bit_gp(void)
{
	check_mode(TRIAL_USER32, TDG_VP_INFO);
}

/* Encodings: SEAMCALL attempted inside a TD is #UD. */
static void seamcall_ud(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	after = before;
	trial_run(&after, CODE("\x66\x0F\x01\xCF"));
	expect_fault(&before, &after, VECTOR_UD);
}

/* An interrupt that waits in IRR for interrupts to be turned on. */
static void raise_self_ipi(void)
{
	expect("WRMSR", trial_wrmsr(X2APIC_SELF_IPI, VECTOR), COMPLETED);
}

static void end_interrupt(void)
{
	expect("WRMSR", trial_wrmsr(X2APIC_EOI, 0), COMPLETED);
}

/*
 * TDCALL details, side effects of RIP advance: STI covers the TDCALL and no
 * more, so the interrupt comes right behind it.
 */
static void check_shadow(uint64_t rax, uint64_t rcx)
{
	struct trial trial = { 0 };

	raise_self_ipi();
	trial.gpr[RAX] = rax;
	trial.gpr[RCX] = rcx;
	trial_run(&trial, CODE(STI TDCALL NOP NOP));
	expect("vector", trial.vector, VECTOR);
	expect("offset", trial.offset, 5);
	end_interrupt();
}

static void sti_shadow_ends(void)
{
	check_shadow(TDG_VP_INFO, 0);
}

static void sti_shadow_ends_failure(void)
{
	check_shadow(13, 0);
}

static void sti_shadow_ends_vmcall(void)
{
	check_shadow(TDG_VP_VMCALL, 0);
}

/* The shadow as such: without TDCALL it covers one instruction. */
static void sti_shadow_nop(void)
{
	struct trial trial = { 0 };

	raise_self_ipi();
	trial_run(&trial, CODE(STI NOP NOP));
	expect("vector", trial.vector, VECTOR);
	expect("offset", trial.offset, 2);
	end_interrupt();
}

/* TDCALL details: single stepping over TDCALL works. */
static void single_step(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_VP_INFO;
	trial.rflags = FLAG_TF;
	trial_run(&trial, CODE(TDCALL NOP));
	expect("vector", trial.vector, VECTOR_DB);
	expect("offset", trial.offset, 4);
	expect("RAX", trial.gpr[RAX], 0);
	trial_run(&trial, CODE("\x0F\x21\xF0")); /* mov %dr6, %rax */
	expect("DR6.BS", trial.gpr[RAX] & BIT(14), BIT(14));
	trial.gpr[RAX] = 0xFFFF0FF0;
	trial_run(&trial, CODE("\x0F\x23\xF0"));
}

static void single_step_vmcall(void)
{
	struct trial trial = { 0 };

	trial.rflags = FLAG_TF;
	trial_run(&trial, CODE(TDCALL NOP));
	expect("vector", trial.vector, VECTOR_DB);
	expect("offset", trial.offset, 4);
}

/* TDG.VP.INFO. */
static struct trial vp_info(void)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = TDG_VP_INFO;
	trial_tdcall(&trial);
	return trial;
}

static void vp_info_success(void)
{
	struct trial before;
	struct trial after = vp_info();

	trial_fill(&before);
	expect("RAX", after.gpr[RAX], 0);
	expect_kept(&before, &after,
		    BIT(RAX) | BIT(RCX) | BIT(RDX) | 0xF00);
}

static void vp_info_gpaw(void)
{
	const uint64_t gpaw = vp_info().gpr[RCX];

	expect_true("RCX is 48 or 52", gpaw == 48 || gpaw == 52);
	expect("GPAW", vm_rd(GPAW), gpaw == 52);
	expect("CONFIG_FLAGS.GPAW", vm_rd(CONFIG_FLAGS) & 1, gpaw == 52);
}

static void vp_info_attributes(void)
{
	const uint64_t attributes = vp_info().gpr[RDX];

	expect("ATTRIBUTES", attributes, vm_rd(ATTRIBUTES));
	expect("bits of 1.5.01", attributes & ~ATTRIBUTES_ALLOWED, 0);
}

static void vp_info_vcpus(void)
{
	const uint64_t vcpus = vp_info().gpr[R8];

	expect("NUM_VCPUS", (uint32_t)vcpus, 1);
	expect("VM.RD of NUM_VCPUS", vm_rd(NUM_VCPUS), (uint32_t)vcpus);
	expect("MAX_VCPUS", vcpus >> 32, vm_rd(MAX_VCPUS));
	expect_true("MAX_VCPUS is not 0", vcpus >> 32 != 0);
}

static void vp_info_index(void)
{
	expect("R9", vp_info().gpr[R9], 0);
}

static void vp_info_sys_rd(void)
{
	expect("R10", vp_info().gpr[R10], 1);
}

static void vp_info_r11(void)
{
	expect("R11", vp_info().gpr[R11], 0);
}

static const struct rule rules[] = {
	{ "tdcall.order_rax_before_operands", order_rax_before_operands },
	{ "tdcall.version_1_of_vm_rd", version_1_of_vm_rd },
	{ "tdcall.rip_advance", rip_advance },
	{ "tdcall.rip_advance_prefix", rip_advance_prefix },
	{ "tdcall.rflags_success", rflags_success },
	{ "tdcall.rflags_failure", rflags_failure },
	{ "tdcall.compatibility_mode_gp", compatibility_mode_gp },
	{ "tdcall.compatibility_mode_before_rax",
	  compatibility_mode_before_rax },
	{ "tdcall.cpl3_gp", cpl3_gp },
	{ "tdcall.cpl3_vmcall_gp", cpl3_vmcall_gp },
	{ "tdcall.cpl3_unknown_leaf_gp", cpl3_unknown_leaf_gp },
	{ "tdcall.cpl3_32bit_gp", cpl3_32bit_gp },
	{ "tdcall.seamcall_ud", seamcall_ud },
	{ "tdcall.sti_shadow_nop", sti_shadow_nop },
	{ "tdcall.sti_shadow_ends", sti_shadow_ends },
	{ "tdcall.sti_shadow_ends_failure", sti_shadow_ends_failure },
	{ "tdcall.sti_shadow_ends_vmcall", sti_shadow_ends_vmcall },
	{ "tdcall.single_step", single_step },
	{ "tdcall.single_step_vmcall", single_step_vmcall },
	{ "vp_info.success", vp_info_success },
	{ "vp_info.gpaw", vp_info_gpaw },
	{ "vp_info.attributes", vp_info_attributes },
	{ "vp_info.vcpus", vp_info_vcpus },
	{ "vp_info.index", vp_info_index },
	{ "vp_info.sys_rd", vp_info_sys_rd },
	{ "vp_info.r11", vp_info_r11 },
};

int main(void)
{
	trial_init();
	check_refused();
	RULES_CHECK(rules);
	return rules_verdict();
}
