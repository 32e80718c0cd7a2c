/* SPDX-License-Identifier: MIT */
/*
 * Control registers as the kernel wants them, without firmware that would
 * have set some: what guards it is on wherever the CPU has it.
 * boot: tdvf
 */
#include "arch/x86/cpu.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

/* SDM, CPUID: leaf 7. */
#define EBX_SMEP BIT(7)
#define ECX_UMIP BIT(2)

static void check_cr4(uint64_t bit, bool is_set)
{
	if (!CHECK_EQUAL(!!(cpu_read_cr4() & bit), is_set))
		printf("... bit %#lx of CR4\n", bit);
}

int main(void)
{
	const struct cpuid leaf7 = cpu_cpuid(7, 0);
	const uint64_t cr0 = cpu_read_cr0();

	CHECK_EQUAL(cr0 & (CR0_WP | CR0_MP), CR0_WP | CR0_MP);
	CHECK_EQUAL(cr0 & (CR0_EM | CR0_TS), 0);
	check_cr4(CR4_MCE, true);
	check_cr4(CR4_OSFXSR, true);
	check_cr4(CR4_OSXMMEXCPT, true);
	check_cr4(CR4_FSGSBASE, true);
	check_cr4(CR4_SMEP, leaf7.ebx & EBX_SMEP);
	check_cr4(CR4_UMIP, leaf7.ecx & ECX_UMIP);
	check_cr4(CR4_SMAP, false);
	check_cr4(CR4_PGE, false);
	/* Or nothing was checked of them. */
	CHECK(leaf7.ebx & EBX_SMEP);
	return check_verdict();
}
