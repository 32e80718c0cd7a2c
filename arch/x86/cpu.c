/* SPDX-License-Identifier: MIT */
/*
 * Control registers. CR4.MCE stays set: clearing it is #VE in a TD. EFER is
 * left alone, LME and NXE are preset and changing them is #VE too.
 */
#include "arch/x86/cpu.h"

#define LEAF7_EBX_SMEP BIT(7)
#define LEAF7_ECX_UMIP BIT(2)

/* The module answers leaf 7 itself; FSGSBASE is there on every TDX CPU. */
void cpu_init(void)
{
	const struct cpuid leaf7 = cpu_cpuid(7, 0);
	uint64_t cr4 = cpu_read_cr4();

	cr4 &= ~CR4_SMAP;	/* no user pages, nothing to guard */
	cr4 |= CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_FSGSBASE;
	if (leaf7.ebx & LEAF7_EBX_SMEP)
		cr4 |= CR4_SMEP;
	if (leaf7.ecx & LEAF7_ECX_UMIP)
		cr4 |= CR4_UMIP;
	cpu_write_cr4(cr4);
	cpu_write_cr0((cpu_read_cr0() | CR0_WP | CR0_MP) & ~(CR0_EM | CR0_TS));
}
