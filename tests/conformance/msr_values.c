/* SPDX-License-Identifier: MIT */
/*
 * MSRs that the module answers, or that are the guest's own: what is read,
 * what may be written, and what stays. "MSRs" of the reference.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define VE VECTOR_VE
#define GP VECTOR_GP
#define OK COMPLETED

static uint64_t read_msr(uint32_t msr)
{
	uint64_t value = 0;

	expect("RDMSR", trial_rdmsr(msr, &value), OK);
	return value;
}

static void xapic_disable_status_value(void)
{
	expect("value", read_msr(0xBD), 1);
}

/* Virtual IA32_ARCH_CAPABILITIES. */
static void arch_capabilities_ones(void)
{
	expect("RDCL_NO and others", read_msr(0x10A) & 0xF16B, 0xF16B);
}

static void arch_capabilities_zeros(void)
{
	const uint64_t zeros = BIT(2) | BIT(9) | BIT(10) | BIT(11) | BIT(16) |
			       BIT(17) | BIT(18) | BIT(21) | BIT(22) | BIT(23);

	expect("RSBA and others", read_msr(0x10A) & zeros, 0);
	expect("63:25", read_msr(0x10A) >> 25, 0);
}

/* MISC_ENABLE read value: what guests need. */
static void misc_enable_value(void)
{
	const uint64_t value = read_msr(0x1A0);

	expect("XD disable", value & BIT(34), 0);
	expect("limit CPUID", value & BIT(22), 0);
	expect("PEBS unavailable", value & BIT(12), BIT(12));
	expect("BTS unavailable", value & BIT(11), BIT(11));
	expect("perfmon", value & BIT(7), 0);
	expect("fast string", value & BIT(0), 1);
}

/* DEBUGCTL: emulated by the module. */
static void debugctl_stored(void)
{
	expect("WRMSR", trial_wrmsr(0x1D9, BIT(2)), OK);
	expect("value", read_msr(0x1D9), BIT(2));
	expect("WRMSR", trial_wrmsr(0x1D9, BIT(0)), OK);
	expect("value", read_msr(0x1D9), BIT(0));
	expect("WRMSR", trial_wrmsr(0x1D9, 0), OK);
	expect("value", read_msr(0x1D9), 0);
}

static void debugctl_bit_13_ignored(void)
{
	expect("WRMSR", trial_wrmsr(0x1D9, BIT(13)), OK);
	expect("value", read_msr(0x1D9), 0);
}

static void debugctl_reserved(void)
{
	static const unsigned int bits[] = { 3, 4, 5, 16, 31, 63 };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		expect("vector", trial_wrmsr(0x1D9, BIT(bits[i])), GP);
	expect("value", read_msr(0x1D9), 0);
}

static void debugctl_tr_without_bts(void)
{
	expect("vector", trial_wrmsr(0x1D9, BIT(6)), VE);
	expect("reason", trial_ve_info().reason, VE_WRMSR);
	expect("value", read_msr(0x1D9), 0);
}

/* PERF_CAPABILITIES without PERFMON: reads 0, writes #GP. */
static void perf_capabilities(void)
{
	expect("PERFMON", vm_rd(ATTRIBUTES) & ATTRIBUTES_PERFMON, 0);
	expect("value", read_msr(0x345), 0);
	expect("WRMSR", trial_wrmsr(0x345, 0), GP);
}

/* XSS: bits not both supported and in XFAM are #GP. */
static void xss(void)
{
	const uint64_t supervisor = 0x1DD00 & vm_rd(XFAM);

	expect("RDMSR", read_msr(0xDA0), 0);
	expect("0", trial_wrmsr(0xDA0, 0), OK);
	expect("x87, XCR0's", trial_wrmsr(0xDA0, 1), GP);
	expect("bit 63", trial_wrmsr(0xDA0, BIT(63)), GP);
	for (unsigned int i = 8; i < 17; i++)
		if (!(supervisor & BIT(i)))
			expect("not in XFAM", trial_wrmsr(0xDA0, BIT(i)), GP);
	expect("RDMSR", read_msr(0xDA0), 0);
}

/* VMX capabilities: fixed values, read only. */
static void vmx_capabilities_read(void)
{
	read_msr(0x480);
	read_msr(0x485);
	read_msr(0x489);
	read_msr(0x48B);
	read_msr(0x492);
}

/* APIC, interrupts, time: the TSC starts at 0 when the TD is made. */
static void tsc_starts_near_0(void)
{
	const uint64_t hz = vm_rd(TSC_FREQUENCY) * 25000000;

	expect_true("less than 10 minutes", cpu_rdtsc() < 600 * hz);
}

static void tsc_is_rdtsc(void)
{
	const uint64_t before = cpu_rdtsc();
	const uint64_t value = read_msr(0x10);
	const uint64_t after = cpu_rdtsc();

	expect_true("in between", before <= value && value <= after);
}

static void tsc_write_keeps_time(void)
{
	const uint64_t before = cpu_rdtsc();

	expect("WRMSR", trial_wrmsr(0x10, 0), VE);
	expect("reason", trial_ve_info().reason, VE_WRMSR);
	expect_true("TSC goes on", cpu_rdtsc() > before);
}

/* Native MSRs are the guest's own. */
static void native_round_trip(void)
{
	static const uint32_t msrs[] = { 0x175, 0x176, 0xC0000082,
					 0xC0000102 };

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		const uint64_t old = read_msr(msrs[i]);

		expect("WRMSR", trial_wrmsr(msrs[i], 0x1234567890), OK);
		expect("value", read_msr(msrs[i]), 0x1234567890);
		expect("WRMSR", trial_wrmsr(msrs[i], old), OK);
	}
}

static void expect_refused(uint32_t msr, uint64_t value)
{
	const uint64_t old = read_msr(msr);

	expect("WRMSR", trial_wrmsr(msr, value), GP);
	expect("value", read_msr(msr), old);
}

/* SDM, WRMSR: values that the CPU refuses. */
static void native_canonical(void)
{
	static const uint32_t msrs[] = { 0x175, 0x176, 0x600, 0xC0000082,
					 0xC0000100, 0xC0000101, 0xC0000102 };

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		const uint64_t old = read_msr(msrs[i]);

		expect_refused(msrs[i], BIT(63));
		expect_refused(msrs[i], BIT(57));
		expect_refused(msrs[i], ~BIT(62));
		expect("WRMSR", trial_wrmsr(msrs[i], ~BIT(46)), OK);
		expect("value", read_msr(msrs[i]), ~BIT(46));
		expect("WRMSR", trial_wrmsr(msrs[i], old), OK);
	}
}

static void pat_types(void)
{
	static const uint64_t refused[] = { 2, 3, 8, 0x80 };

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		for (unsigned int at = 0; at < 64; at += 8)
			expect_refused(0x277, refused[i] << at);
	expect("UC WC WT WP WB UC-", trial_wrmsr(0x277, 0x070605040100),
	       OK);
	expect("PAT", read_msr(0x277), 0x070605040100);
	expect("as it was", trial_wrmsr(0x277, 0x0007040600070406), OK);
}

static void tsc_aux_reserved(void)
{
	expect_refused(0xC0000103, BIT(32));
	expect_refused(0xC0000103, BIT(63));
}

/* Speculation: what is written stays, reserved bits are #GP. */
static void spec_ctrl(void)
{
	expect("at first", read_msr(0x48), 0);
	expect("IBRS, STIBP, SSBD", trial_wrmsr(0x48, 7), OK);
	expect("value", read_msr(0x48), 7);
	expect_refused(0x48, BIT(9));
	expect_refused(0x48, BIT(63));
	expect("0", trial_wrmsr(0x48, 0), OK);
	expect("value", read_msr(0x48), 0);
}

static void commands(void)
{
	static const uint32_t msrs[] = { 0x49, 0x10B };
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		expect("write-only", trial_rdmsr(msrs[i], &value), GP);
		expect("0", trial_wrmsr(msrs[i], 0), OK);
		expect("1", trial_wrmsr(msrs[i], 1), OK);
		expect("bit 1", trial_wrmsr(msrs[i], 2), GP);
		expect("bit 63", trial_wrmsr(msrs[i], BIT(63)), GP);
	}
}

static void pat_value(void)
{
	expect("PAT", read_msr(0x277), 0x0007040600070406);
}

static const struct rule rules[] = {
	{ "msr.xapic_disable_status_value", xapic_disable_status_value },
	{ "msr.arch_capabilities_ones", arch_capabilities_ones },
	{ "msr.arch_capabilities_zeros", arch_capabilities_zeros },
	{ "msr.misc_enable_value", misc_enable_value },
	{ "msr.debugctl_stored", debugctl_stored },
	{ "msr.debugctl_bit_13_ignored", debugctl_bit_13_ignored },
	{ "msr.debugctl_reserved_gp", debugctl_reserved },
	{ "msr.debugctl_tr_without_bts_ve", debugctl_tr_without_bts },
	{ "msr.perf_capabilities", perf_capabilities },
	{ "msr.xss", xss },
	{ "msr.vmx_capabilities_read", vmx_capabilities_read },
	{ "msr.tsc_starts_near_0", tsc_starts_near_0 },
	{ "msr.tsc_is_rdtsc", tsc_is_rdtsc },
	{ "msr.tsc_write_keeps_time", tsc_write_keeps_time },
	{ "msr.native_round_trip", native_round_trip },
	{ "msr.pat_value", pat_value },
	{ "msr.pat_types_gp", pat_types },
	{ "msr.native_canonical_gp", native_canonical },
	{ "msr.tsc_aux_reserved_gp", tsc_aux_reserved },
	{ "msr.spec_ctrl", spec_ctrl },
	{ "msr.commands", commands },
};

int main(void)
{
	trial_init();
	RULES_CHECK(rules);
	return rules_verdict();
}
