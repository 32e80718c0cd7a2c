/* SPDX-License-Identifier: MIT */
/*
 * CPUID: which leaves raise #VE, which are redirected, and the values that do
 * not depend on the machine. "CPUID" of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define OSXSAVE BIT(18)

static struct trial cpuid_mode(uint64_t leaf, uint64_t subleaf,
			       enum trial_mode mode)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = leaf;
	trial.gpr[RCX] = subleaf;
	trial_run_mode(&trial, CODE("\x0F\xA2"), mode);
	return trial;
}

static struct trial cpuid(uint64_t leaf, uint64_t subleaf)
{
	struct trial trial = cpuid_mode(leaf, subleaf, TRIAL_KERNEL64);

	expect_completed(&trial);
	return trial;
}

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

static void expect_ve_cpuid(const struct trial *after)
{
	struct ve_info info = trial_ve_info();

	expect("vector", after->vector, VECTOR_VE);
	expect("reason", info.reason, VE_CPUID);
	expect("qualification", info.qualification, 0);
	expect("length", info.length, 2);
}

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

/*
 * Values: bits that must be 1, and bits that may be; EAX, EBX, ECX, EDX.
 * "Effectively constant" bits are 1 on all CPUs that have TDX.
 */
struct value_row {
	const char *name;
	uint32_t leaf, subleaf;
	uint32_t must[4], may[4];
};

#define ANY 0xFFFFFFFF
/*
 * Of these, what a TD on QEMU 7.2 cannot be promised: its CPU has no VME,
 * PCID, INVPCID, RDSEED, SHA, MOVDIRI, MOVDIR64B, XSAVEC, XSAVES, nor the two
 * bits of the x87; CMPXCHG16B is there but broken.
 */
#define LEAF_1_ECX_LACKS (BIT(13) | BIT(17))
#define LEAF_1_EDX_LACKS BIT(1)
#define LEAF_7_EBX_LACKS (BIT(6) | BIT(10) | BIT(13) | BIT(18) | BIT(29))
#define LEAF_7_ECX_LACKS (BIT(27) | BIT(28))
#define LEAF_D_1_LACKS (BIT(1) | BIT(3))
#define BUT(must, lacks) (uint32_t)((must) & ~(lacks))
#define EXACT(a, b, c, d) { a, b, c, d }, { 0, 0, 0, 0 }

static const struct value_row values[] = {
	{ "cpuid.leaf_0", 0, 0,
	  EXACT(0x23, 0x756E6547, 0x6C65746E, 0x49656E69) },
	{ "cpuid.leaf_1_eax", 1, 0, { 0 }, { 0x0FFF3FFF, ANY, ANY, ANY } },
	{ "cpuid.leaf_1_ebx_index_and_clflush", 1, 0, { 0, 0x800, 0, 0 },
	  { ANY, 0x00FF0000, ANY, ANY } },
	{ "cpuid.leaf_1_ecx_must", 1, 0,
	  { 0, 0, BUT(0xC6FAA217, LEAF_1_ECX_LACKS), 0 },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_1_ecx_hypervisor", 1, 0, { 0, 0, BIT(31), 0 },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_1_ecx_zero", 1, 0, { 0, 0, 0, 0 },
	  { ANY, ANY, (uint32_t)~(BIT(5) | BIT(6) | BIT(16)), ANY } },
	{ "cpuid.leaf_1_edx_must", 1, 0,
	  { 0, 0, 0, BUT(0x07A9FBFF, LEAF_1_EDX_LACKS) },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_1_edx_zero", 1, 0, { 0, 0, 0, 0 },
	  { ANY, ANY, ANY,
	    (uint32_t)~(BIT(10) | BIT(17) | BIT(20) | BIT(30)) } },
	{ "cpuid.leaf_3", 3, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_4_0", 4, 0, { 0, 0x3F, 0, 0 },
	  { 0xFFFFC3FF, 0xFFFFF000, ANY, (uint32_t)~BIT(2) } },
	{ "cpuid.leaf_4_3", 4, 3, { 0, 0x3F, 0, 0 },
	  { 0xFFFFC3FF, 0xFFFFF000, ANY, 7 } },
	{ "cpuid.leaf_4_4", 4, 4, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_7_eax", 7, 0, { 2, 0, 0, 0 }, { 0, ANY, ANY, ANY } },
	{ "cpuid.leaf_7_ebx_must", 7, 0,
	  { 0, BUT(0x219424C1, LEAF_7_EBX_LACKS), 0, 0 },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_7_ebx_zero", 7, 0, { 0, 0, 0, 0 },
	  { ANY, (uint32_t)~(BIT(1) | BIT(2) | BIT(14) | BIT(22)), ANY,
	    ANY } },
	{ "cpuid.leaf_7_ecx_must", 7, 0,
	  { 0, 0, BUT(0x19000000, LEAF_7_ECX_LACKS), 0 },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_7_ecx_zero", 7, 0, { 0, 0, 0, 0 },
	  { ANY, ANY, (uint32_t)~(0x643E8000 | BIT(23)), ANY } },
	{ "cpuid.leaf_7_edx_must", 7, 0, { 0, 0, 0, 0xFC000400 },
	  { ANY, ANY, ANY, ANY } },
	{ "cpuid.leaf_7_edx_zero", 7, 0, { 0, 0, 0, 0 },
	  { ANY, ANY, ANY, (uint32_t)~UINT32_C(0x0022BAC3) } },
	{ "cpuid.leaf_7_1", 7, 1, { 0 }, { 0x1D30, 0, 0, 0 } },
	{ "cpuid.leaf_7_2", 7, 2, { 0, 0, 0, 0x17 }, { 0, 0, 0, 0x28 } },
	{ "cpuid.leaf_8", 8, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_d_0", 0xD, 0, { 3, 0, 0, 0 }, { ANY, ANY, ANY, 0 } },
	{ "cpuid.leaf_d_1", 0xD, 1, { BUT(0xF, LEAF_D_1_LACKS), 0, 0, 0 },
	  { 0x1F, ANY, ANY, 0 } },
	{ "cpuid.leaf_e", 0xE, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_11", 0x11, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_12", 0x12, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_13", 0x13, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_15", 0x15, 0, { 1, 0, 25000000, 0 }, { 0, ANY, 0, 0 } },
	{ "cpuid.leaf_19", 0x19, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_20", 0x20, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_21", 0x21, 0,
	  EXACT(0, 0x65746E49, 0x20202020, 0x5844546C) },
	{ "cpuid.leaf_22", 0x22, 0, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_23_2", 0x23, 2, EXACT(0, 0, 0, 0) },
	{ "cpuid.leaf_80000000", 0x80000000, 0, EXACT(0x80000008, 0, 0, 0) },
	{ "cpuid.leaf_80000001", 0x80000001, 0,
	  EXACT(0, 0, 0x121, 0x2C100800) },
	{ "cpuid.leaf_80000007", 0x80000007, 0, EXACT(0, 0, 0, 0x100) },
	{ "cpuid.leaf_80000008", 0x80000008, 0, { 0x3034, 0, 0, 0 },
	  { 0x0900, BIT(9), 0, 0 } },
};

static void check_values(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		static const unsigned int order[] = { RAX, RBX, RCX, RDX };
		static const char *const what[] = { "EAX", "EBX", "ECX",
						    "EDX" };
		const struct value_row *row = &values[i];
		struct trial got;

		rule_begin(row->name);
		got = cpuid(row->leaf, row->subleaf);
		for (unsigned int j = 0; j < 4; j++) {
			const uint64_t value = got.gpr[order[j]];

			expect(what[j], value & ~(uint64_t)row->may[j],
			       row->must[j] & ~row->may[j]);
			expect(what[j], value & row->must[j], row->must[j]);
		}
	}
}

/* The algorithm, step 5: upper 32 bits are cleared, the rest is kept. */
static void registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = 0xFFFFFFFF00000000;
	before.gpr[RCX] = 0xFFFFFFFF00000000;
	after = before;
	trial_run(&after, CODE("\x0F\xA2"));
	expect_completed(&after);
	expect("RAX", after.gpr[RAX], 0x23);
	expect("RBX", after.gpr[RBX], 0x756E6547);
	expect("RCX", after.gpr[RCX], 0x6C65746E);
	expect("RDX", after.gpr[RDX], 0x49656E69);
	expect("RFLAGS", after.rflags, before.rflags);
	expect_kept(&before, &after, BIT(RAX) | BIT(RBX) | BIT(RCX) | BIT(RDX));
}

/* Entries without sub-leaf match any ECX. */
static void any_subleaf(void)
{
	static const uint32_t leaves[] = { 0, 1, 3, 8, 0x15, 0x19,
					   0x80000000, 0x80000008 };

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		struct trial want = cpuid(leaves[i], 0);
		struct trial got = cpuid(leaves[i], 0xDEADBEEF);

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

static void same_in_32_bit_mode(void)
{
	struct trial got = cpuid_mode(0x21, 0, TRIAL_KERNEL32);

	expect_completed(&got);
	expect("EBX", got.gpr[RBX], 0x65746E49);
	expect("ECX", got.gpr[RCX], 0x20202020);
	expect("EDX", got.gpr[RDX], 0x5844546C);
}

/* 0x80000001: SYSCALL only when executed in 64-bit mode. */
static void syscall_in_32_bit_mode(void)
{
	struct trial got = cpuid_mode(0x80000001, 0, TRIAL_KERNEL32);

	expect_completed(&got);
	expect("EDX", got.gpr[RDX], 0x2C100000);
}

/* Leaf 1: OSXSAVE = guest CR4.OSXSAVE; leaf 7: OSPKE = CR4.PKE. */
static void osxsave(void)
{
	const uint64_t old = cpu_read_cr4();

	cpu_write_cr4(old | OSXSAVE);
	expect("on", cpuid(1, 0).gpr[RCX] & BIT(27), BIT(27));
	cpu_write_cr4(old & ~OSXSAVE);
	expect("off", cpuid(1, 0).gpr[RCX] & BIT(27), 0);
	cpu_write_cr4(old);
}

static void ospke(void)
{
	expect("OSPKE", cpuid(7, 0).gpr[RCX] >> 4 & 1,
	       cpu_read_cr4() >> 22 & 1);
}

/* Bits that XFAM and ATTRIBUTES control. */
static void expect_off(uint32_t leaf, unsigned int reg, uint64_t bits,
		       uint64_t condition)
{
	const uint64_t value = cpuid(leaf, 0).gpr[reg];

	if (!condition)
		expect("bits", value & bits, 0);
}

static void xfam_bits(void)
{
	const uint64_t xfam = vm_rd(XFAM);
	const uint64_t attributes = vm_rd(ATTRIBUTES);

	expect_off(1, RCX, BIT(12) | BIT(28) | BIT(29), xfam & BIT(2));
	expect_off(7, RBX, BIT(5), xfam & BIT(2));
	expect_off(7, RBX, BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) |
			   BIT(28) | BIT(30) | BIT(31), xfam & BIT(5));
	expect_off(7, RBX, BIT(25), xfam & BIT(8));
	expect_off(7, RCX, BIT(3), xfam & BIT(9));
	expect_off(7, RCX, BIT(7), xfam & BIT(11));
	expect_off(7, RCX, BIT(9) | BIT(10), xfam & BIT(2));
	expect_off(7, RCX, BIT(31), attributes & ATTRIBUTES_PKS);
	expect_off(7, RDX, BIT(2) | BIT(3) | BIT(8) | BIT(23), xfam & BIT(5));
	expect_off(7, RDX, BIT(5), xfam & BIT(14));
	expect_off(7, RDX, BIT(19), xfam & BIT(15));
	expect_off(7, RDX, BIT(20), xfam & BIT(11));
	expect_off(7, RDX, BIT(22) | BIT(24) | BIT(25), xfam & BIT(17));
}

static void xsave_components(void)
{
	const uint64_t xfam = vm_rd(XFAM);

	expect("0xD.0 EAX", cpuid(0xD, 0).gpr[RAX], xfam & 0x602E7);
	for (unsigned int i = 2; i <= 18; i++) {
		struct trial got = cpuid(0xD, i);

		if (xfam & BIT(i))
			continue;
		expect("EAX", got.gpr[RAX], 0);
		expect("EBX", got.gpr[RBX], 0);
		expect("ECX", got.gpr[RCX], 0);
	}
}

/* 0xD.0: EBX is the size for the current XCR0. */
static void xsave_size_dynamic(void)
{
	struct trial trial = { 0 };

	cpu_write_cr4(cpu_read_cr4() | OSXSAVE);
	trial.gpr[RAX] = 1;
	trial_run(&trial, CODE("\x0F\x01\xD1"));
	expect_completed(&trial);
	expect("x87", cpuid(0xD, 0).gpr[RBX], 0x240);
	if (!(vm_rd(XFAM) & BIT(2)))
		return;
	trial.gpr[RAX] = 7;
	trial_run(&trial, CODE("\x0F\x01\xD1"));
	expect_completed(&trial);
	expect("AVX", cpuid(0xD, 0).gpr[RBX], 0x340);
	trial.gpr[RAX] = 3;
	trial_run(&trial, CODE("\x0F\x01\xD1"));
}

static void perfmon_leaf(void)
{
	struct trial got = cpuid(0xA, 0);

	if (vm_rd(ATTRIBUTES) & ATTRIBUTES_PERFMON)
		return;
	expect("EAX", got.gpr[RAX], 0);
	expect("EBX", got.gpr[RBX], 0);
	expect("ECX", got.gpr[RCX], 0);
	expect("EDX", got.gpr[RDX], 0);
}

/* 0x15: the virtual TSC's frequency, as in TD_PARAMS. */
static void tsc_frequency(void)
{
	const uint64_t units = cpuid(0x15, 0).gpr[RBX];

	expect("TSC_FREQUENCY", units, vm_rd(TSC_FREQUENCY));
	expect_true("100 MHz to 10 GHz", units >= 4 && units <= 400);
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
	{ "cpuid.registers", registers },
	{ "cpuid.any_subleaf", any_subleaf },
	{ "cpuid.same_at_cpl3", same_at_cpl3 },
	{ "cpuid.ve_at_cpl3", ve_at_cpl3 },
	{ "cpuid.same_in_32_bit_mode", same_in_32_bit_mode },
	{ "cpuid.syscall_in_32_bit_mode", syscall_in_32_bit_mode },
	{ "cpuid.osxsave", osxsave },
	{ "cpuid.ospke", ospke },
	{ "cpuid.xfam_bits", xfam_bits },
	{ "cpuid.xsave_components", xsave_components },
	{ "cpuid.xsave_size_dynamic", xsave_size_dynamic },
	{ "cpuid.perfmon_leaf", perfmon_leaf },
	{ "cpuid.tsc_frequency", tsc_frequency },
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
	check_values();
	RULES_CHECK(rules);
	return rules_verdict();
}
