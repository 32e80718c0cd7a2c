/* SPDX-License-Identifier: MIT */
/*
 * A handler that raises #VE before it has fetched the VE info of the first:
 * #DF, on a stack of its own, with a report.
 * exit: 3
 * expect: panic: double fault at image+0x
 */
#include "arch/x86/cpu.h"
#include "arch/x86/trap.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

static void bad_entry(void)
{
	cpu_cpuid(0x40000000, 0);
	for (;;)
		cpu_pause();
}

int main(void)
{
	trap_set_entry(TRAP_VE, bad_entry);
	cpu_cpuid(0x40000000, 0);
	return check_survived();
}
