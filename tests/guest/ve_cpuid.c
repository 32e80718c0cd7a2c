/* SPDX-License-Identifier: MIT */
/*
 * #VE for CPUID: the hypervisor's leaves are the host's, and only those; what
 * else raises #VE is made up here and never asked of it.
 */
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

static struct ve_registers run(uint32_t leaf, uint32_t subleaf)
{
	struct ve_registers regs = {
		.rax = UINT64_C(0x1234567800000000) | leaf,
		.rcx = UINT64_C(0x1234567800000000) | subleaf,
		.rbx = UINT64_MAX, .rdx = UINT64_MAX, .rsi = 5, .r8 = 8,
		.r10 = 10, .r11 = 11, .r12 = 12, .r13 = 13, .r14 = 14,
		.r15 = 15, .rflags = cpu_read_flags(),
	};

	ve_case_run(ve_cpuid, &regs);
	CHECK_EQUAL(regs.rsi, 5);
	CHECK_EQUAL(regs.r8, 8);
	CHECK_EQUAL(regs.r10, 10);
	CHECK_EQUAL(regs.r11, 11);
	CHECK_EQUAL(regs.r12, 12);
	CHECK_EQUAL(regs.r13, 13);
	CHECK_EQUAL(regs.r14, 14);
	CHECK_EQUAL(regs.r15, 15);
	return regs;
}

static void check_registers(uint32_t leaf, const struct cpuid *want)
{
	const struct ve_registers got = run(leaf, 0);

	/* All 64 bits: the upper halves are cleared. */
	CHECK_EQUAL(got.rax, want->eax);
	CHECK_EQUAL(got.rbx, want->ebx);
	CHECK_EQUAL(got.rcx, want->ecx);
	CHECK_EQUAL(got.rdx, want->edx);
}

static void check_hosts(uint32_t leaf)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_CPUID);
	const uint64_t ves = tdx_count(TDX_COUNT_VE_CPUID);
	struct cpuid want;

	CHECK_EQUAL(tdvmcall_cpuid(leaf, 0, &want), 0);
	check_registers(leaf, &want);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_CPUID), calls + 1);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_CPUID), ves + 1);
}

static void check_made_up(uint32_t leaf, uint32_t eax)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_CPUID);
	const uint64_t ves = tdx_count(TDX_COUNT_VE_CPUID);
	const struct cpuid want = { .eax = eax };

	check_registers(leaf, &want);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_CPUID), calls);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_CPUID), ves + 1);
}

int main(void)
{
	static const uint32_t zeros[] = {
		0x6, 0xB, 0x16, 0x1F, 0x40000100, 0x4FFFFFFF, 0x80000002,
		0x80000003, 0x80000004, 0x80000005, 0x80000006,
	};
	const uint64_t ves = tdx_count(TDX_COUNT_VE_CPUID);
	struct cpuid signature;

	CHECK_EQUAL(tdvmcall_cpuid(0x40000000, 0, &signature), 0);
	CHECK(signature.eax >= 0x40000000);
	CHECK(signature.ebx != 0);
	check_hosts(0x40000000);
	check_hosts(0x40000001);
	check_hosts(0x400000FF);
	check_made_up(0x2, 0x00FF0001);
	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		check_made_up(zeros[i], 0);
	/* The module's leaves do not come here at all. */
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_CPUID), ves + 4 +
						   ARRAY_SIZE(zeros));
	CHECK(tdx_detect());
	CHECK_EQUAL(run(0, 0).rbx, 0x756E6547);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_CPUID), ves + 4 +
						   ARRAY_SIZE(zeros));
	return check_verdict();
}
