/* SPDX-License-Identifier: MIT */
/*
 * The exception table: an MSR that faults gives false, one that works gives
 * its value, and the program goes on.
 */
#include "arch/x86/cpu.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

/* TDX module, MSR virtualisation: always #GP in a TD. */
#define MSR_SMBASE 0x9E

int main(void)
{
	uint64_t value = 0;

	CHECK(!cpu_rdmsr_safe(MSR_SMBASE, &value));
	CHECK(!cpu_wrmsr_safe(MSR_SMBASE, 0));
	CHECK(cpu_rdmsr_safe(MSR_FS_BASE, &value));
	CHECK_EQUAL(value, cpu_rdmsr(MSR_FS_BASE));
	CHECK(value != 0);
	CHECK(cpu_wrmsr_safe(MSR_FS_BASE, value));
	return check_verdict();
}
