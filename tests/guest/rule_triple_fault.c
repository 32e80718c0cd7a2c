/* SPDX-License-Identifier: MIT */
/*
 * A fault without an IDT to handle it is the end of the vCPU, and the emulator
 * says where.
 * boot: tdvf
 * exit: 4
 * expect: rule broken: triple fault: the vCPU shut down (vCPU 0, RIP
 */
#include "arch/x86/cpu.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	const struct cpu_table_register none = { 0 };

	cpu_lidt(&none);
	__builtin_trap();
}
