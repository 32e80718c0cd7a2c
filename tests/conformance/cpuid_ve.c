/* SPDX-License-Identifier: MIT */
/*
 * CPUID: which leaves raise #VE, which are redirected, and when all of them
 * raise #VE because the guest wants it. "CPUID" of the reference.
 */
#include "tests/conformance/lib/cpuid.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

/* Leaves that always #VE in 1.5.01. */
struct ve_row {
	const char *name;
	uint32_t leaf, subleaf;
};

static const struct ve_row ve_rows[] = {
	{ "cpuid.ve_2", 2, 0 },
	{ "cpuid.ve_6", 6, 0 },
	{ "cpuid.ve_9", 9, 0 },
	{ "cpuid.ve_b_0", 0xB, 0 },
	{ "cpuid.ve_b_1", 0xB, 1 },
	{ "cpuid.ve_c", 0xC, 0 },
	{ "cpuid.ve_f", 0xF, 0 },
	{ "cpuid.ve_10", 0x10, 0 },
	{ "cpuid.ve_16", 0x16, 0 },
	{ "cpuid.ve_17", 0x17, 0 },
	{ "cpuid.ve_18", 0x18, 0 },
	{ "cpuid.ve_1a", 0x1A, 0 },
	{ "cpuid.ve_1b", 0x1B, 0 },
	{ "cpuid.ve_1f_0", 0x1F, 0 },
	{ "cpuid.ve_1f_5", 0x1F, 5 },
	{ "cpuid.ve_1f_6", 0x1F, 6 },
	{ "cpuid.ve_40000000", 0x40000000, 0 },
	{ "cpuid.ve_40000001", 0x40000001, 0 },
	{ "cpuid.ve_48000000", 0x48000000, 0 },
	{ "cpuid.ve_4fffffff", 0x4FFFFFFF, 0 },
	{ "cpuid.ve_80000002", 0x80000002, 0 },
	{ "cpuid.ve_80000003", 0x80000003, 0 },
	{ "cpuid.ve_80000004", 0x80000004, 0 },
	{ "cpuid.ve_80000005", 0x80000005, 0 },
	{ "cpuid.ve_80000006", 0x80000006, 0 },
	{ "cpuid.ve_4_5", 4, 5 },
	{ "cpuid.ve_7_3", 7, 3 },
	{ "cpuid.ve_d_19", 0xD, 19 },
	{ "cpuid.ve_14_2", 0x14, 2 },
	{ "cpuid.ve_1d_2", 0x1D, 2 },
	{ "cpuid.ve_21_1", 0x21, 1 },
	{ "cpuid.ve_23_4", 0x23, 4 },
	{ "cpuid.ve_23_all_ones", 0x23, 0xFFFFFFFF },
	/* The algorithm: redirected to leaf 0x23, where ECX > 3 is #VE. */
	{ "cpuid.ve_24_4", 0x24, 4 },
	{ "cpuid.ve_3fffffff_4", 0x3FFFFFFF, 4 },
	{ "cpuid.ve_50000000_4", 0x50000000, 4 },
	{ "cpuid.ve_7fffffff_4", 0x7FFFFFFF, 4 },
	{ "cpuid.ve_80000009_4", 0x80000009, 4 },
	{ "cpuid.ve_ffffffff_4", 0xFFFFFFFF, 4 },
};

static void check_ve_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(ve_rows); i++) {
		const struct ve_row *row = &ve_rows[i];
		struct trial after;

		rule_begin(row->name);
		after = cpuid_mode(row->leaf, row->subleaf, TRIAL_KERNEL64);
		expect_ve_cpuid(&after);
	}
}

/* The algorithm, step 2. */
static const struct ve_row redirected[] = {
	{ "cpuid.redirected_24", 0x24, 0 },
	{ "cpuid.redirected_25_1", 0x25, 1 },
	{ "cpuid.redirected_26_2", 0x26, 2 },
	{ "cpuid.redirected_3fffffff", 0x3FFFFFFF, 0 },
	{ "cpuid.redirected_50000000", 0x50000000, 0 },
	{ "cpuid.redirected_7fffffff_3", 0x7FFFFFFF, 3 },
	{ "cpuid.redirected_80000009", 0x80000009, 0 },
	{ "cpuid.redirected_80000021", 0x80000021, 0 },
	{ "cpuid.redirected_c0000000", 0xC0000000, 0 },
	{ "cpuid.redirected_ffffffff_1", 0xFFFFFFFF, 1 },
};

static void check_redirected(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(redirected); i++) {
		struct trial want;
		struct trial got;

		rule_begin(redirected[i].name);
		want = cpuid(0x23, redirected[i].subleaf);
		got = cpuid(redirected[i].leaf, redirected[i].subleaf);
		expect_kept(&want, &got, 0);
	}
}

static void same_at_cpl3(void)
{
	struct trial want = cpuid(0, 0);
	struct trial got = cpuid_mode(0, 0, TRIAL_USER64);

	expect_completed(&got);
	expect_kept(&want, &got, 0);
}

static void ve_at_cpl3(void)
{
	struct trial got = cpuid_mode(0xB, 0, TRIAL_USER64);

	expect_ve_cpuid(&got);
}

/* TDG.VP.CPUIDVE.SET. */
static void cpuidve_reserved(void)
{
	expect("bit 2", tdcall3(TDG_VP_CPUIDVE_SET, BIT(2), 0),
	       OPERAND_INVALID(ID_RCX));
	expect("bit 63", tdcall3(TDG_VP_CPUIDVE_SET, BIT(63) | 1, 0),
	       OPERAND_INVALID(ID_RCX));
	cpuid(0, 0);
}

static void cpuidve_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_VP_CPUIDVE_SET;
	before.gpr[RCX] = 0;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX));
}

/* Which privileges' CPUID are #VE with these flags. */
static void expect_cpuidve(uint64_t flags)
{
	struct trial got;

	expect("SET", tdcall3(TDG_VP_CPUIDVE_SET, flags, 0), 0);
	got = cpuid_mode(0, 0, TRIAL_KERNEL64);
	if (flags & 1)
		expect_ve_cpuid(&got);
	else
		expect_completed(&got);
	got = cpuid_mode(0, 0, TRIAL_USER64);
	if (flags & 2)
		expect_ve_cpuid(&got);
	else
		expect_completed(&got);
	expect("SET", tdcall3(TDG_VP_CPUIDVE_SET, 0, 0), 0);
}

static void cpuidve_supervisor(void)
{
	expect_cpuidve(1);
}

static void cpuidve_user(void)
{
	expect_cpuidve(2);
}

static void cpuidve_both(void)
{
	expect_cpuidve(3);
}

static void cpuidve_off(void)
{
	expect_cpuidve(0);
}

static const struct rule rules[] = {
	{ "cpuid.same_at_cpl3", same_at_cpl3 },
	{ "cpuid.ve_at_cpl3", ve_at_cpl3 },
	{ "cpuidve.reserved", cpuidve_reserved },
	{ "cpuidve.registers", cpuidve_registers },
	{ "cpuidve.supervisor", cpuidve_supervisor },
	{ "cpuidve.user", cpuidve_user },
	{ "cpuidve.both", cpuidve_both },
	{ "cpuidve.off", cpuidve_off },
};

int main(void)
{
	trial_init();
	check_ve_rows();
	check_redirected();
	RULES_CHECK(rules);
	return rules_verdict();
}
