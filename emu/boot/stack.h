/* SPDX-License-Identifier: MIT */
/*
 * Each CPU has one aligned area: the module's stack below, the host half's
 * above. The stack pointer says which CPU this is. C and assembly.
 */
#ifndef EMU_BOOT_STACK_H
#define EMU_BOOT_STACK_H

#define STACK_CPUS 4
#define STACK_AREA_SHIFT 17
#define STACK_AREA (1 << STACK_AREA_SHIFT)
/* The middle: of an address in the upper half, what is left of it. */
#define STACK_MODULE_TOP (STACK_AREA / 2)

#ifndef __ASSEMBLER__
#include "lib/types.h"

extern const char emu_stacks[];

/* The number of the CPU that executes this: its APIC id and vCPU index. */
static inline unsigned int cpu_number(void)
{
	uint64_t sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));
	return (unsigned int)((sp - (uintptr_t)emu_stacks) >>
			      STACK_AREA_SHIFT);
}
#endif

#endif
