/* SPDX-License-Identifier: MIT */
/*
 * An MSR that is not there, read by code that does not expect it.
 * exit: 3
 * expect: RDMSR refused: 0x8b
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "arch/x86/cpu.h"

int main(void)
{
	printf("%lu\n", cpu_rdmsr(0x8B));
	return check_survived();
}
