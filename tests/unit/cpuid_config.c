/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/cpuid_config: the module takes what the host configures, and a
 * guest reads from it the caches and the topology that were meant.
 *
 * Links: emu/module/cpuid.c emu/module/cpuid_table.c
 */
#include "tests/unit/expect.h"

#include "emu/module/cpuid.h"
#include "emu/vmm/cpuid_config.h"

static void native(uint32_t leaf, uint32_t subleaf, struct cpuid_regs *out)
{
	(void)subleaf;
	memset(out, 0xff, sizeof(*out));
	if (leaf == 0)
		out->eax = 0x23;
	if (leaf == 0x80000000)
		out->eax = 0x80000008;
}

static void check_caches(const struct td_cpuid_context *context,
			 uint32_t package)
{
	static const struct {
		uint32_t type, level, kib;
	} want[] = { { 1, 1, 48 }, { 2, 1, 32 }, { 3, 2, 2048 },
		     { 3, 3, 30720 } };

	for (uint32_t i = 0; i < 4; i++) {
		const struct cpuid_regs out = td_cpuid_value(context, 4, i);
		const uint32_t ways = (out.ebx >> 22) + 1;
		const uint32_t partitions = (out.ebx >> 12 & 0x3ff) + 1;
		const uint32_t line = (out.ebx & 0xfff) + 1;

		expect_u64(out.eax & 0x1f, want[i].type, "cache type");
		expect_u64(out.eax >> 5 & 7, want[i].level, "cache level");
		expect_u64(ways * partitions * line * (out.ecx + 1),
			   want[i].kib * 1024, "cache size");
		expect_u64((out.eax >> 14 & 0xfff) + 1, i == 3 ? package : 1,
			   "CPUs that share the cache");
		expect_u64((out.eax >> 26) + 1, package, "cores");
	}
	expect_u64(td_cpuid_value(context, 4, 4).eax & 0x1f, 0, "no more");
}

static void check_td(unsigned int num_vcpus, uint32_t package)
{
	uint32_t config[TD_PARAMS_CPUID_CONFIGS][4];
	const struct td_cpuid_context context = {
		.native = native,
		.has_cx16 = true,
		.config = (const struct cpuid_regs *)config,
		.xfam = 0xe7,
		.tsc_frequency = 80,
	};
	struct cpuid_regs out;

	memset(config, 0x55, sizeof(config));
	cpuid_config_build(num_vcpus, config);
	expect_u64(td_cpuid_config_check(&context), TD_CPUID_CONFIGS_LEGAL,
		   "the module takes it");
	check_caches(&context, package);

	out = td_cpuid_value(&context, 1, 0);
	expect_u64(out.ebx >> 16 & 0xff, num_vcpus > 1 ? num_vcpus : 0,
		   "logical CPUs");
	expect_u64(out.edx >> 28 & 1, num_vcpus > 1, "HTT");
	expect_u64(out.ecx >> 24 & 1, 1, "TSC-deadline");
	expect_u64(out.ecx >> 28 & 3, 3, "AVX, F16C");
	expect_u64(out.ecx >> 3 & 1, 0, "MONITOR");
	out = td_cpuid_value(&context, 7, 0);
	expect_u64(out.ecx >> 16 & 1, 0, "LA57");
	expect_u64(out.ecx >> 13 & 1, 0, "TME");
	expect_u64(out.edx >> 18 & 1, 0, "PCONFIG");
	expect_u64(out.ebx >> 3 & 1, 1, "BMI1");
	expect_u64(td_cpuid_value(&context, 0x80000008, 0).eax, 0x3034,
		   "address widths");
}

int main(void)
{
	check_td(1, 1);
	check_td(2, 2);
	check_td(3, 4);
	check_td(4, 4);
	check_td(64, 64);
	return expect_result("cpuid_config");
}
