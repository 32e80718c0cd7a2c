/* SPDX-License-Identifier: MIT */
/*
 * CPUID: the values that do not depend on the machine, and those that follow
 * XFAM, ATTRIBUTES and control registers. "CPUID" of the reference.
 */
#include "tests/conformance/lib/cpuid.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define OSXSAVE BIT(18)

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

static const struct rule rules[] = {
	{ "cpuid.registers", registers },
	{ "cpuid.any_subleaf", any_subleaf },
	{ "cpuid.same_in_32_bit_mode", same_in_32_bit_mode },
	{ "cpuid.syscall_in_32_bit_mode", syscall_in_32_bit_mode },
	{ "cpuid.osxsave", osxsave },
	{ "cpuid.ospke", ospke },
	{ "cpuid.xfam_bits", xfam_bits },
	{ "cpuid.xsave_components", xsave_components },
	{ "cpuid.xsave_size_dynamic", xsave_size_dynamic },
	{ "cpuid.perfmon_leaf", perfmon_leaf },
	{ "cpuid.tsc_frequency", tsc_frequency },
};

int main(void)
{
	trial_init();
	check_values();
	RULES_CHECK(rules);
	return rules_verdict();
}
