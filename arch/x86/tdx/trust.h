/* SPDX-License-Identifier: MIT */
/*
 * Whom to believe about what an instruction asks for. Everything that raises
 * #VE is in one of the tables of trust.c: asked of the host, made up here, or
 * refused. What is not in a table is made up as zeros (CPUID) or refused (MSR).
 * CPUID leaves and MSRs that raise no #VE are the TDX module's or the CPU's.
 */
#ifndef ARCH_X86_TDX_TRUST_H
#define ARCH_X86_TDX_TRUST_H

/* The range that hypervisors have for themselves: all that the host answers. */
#define TRUST_CPUID_HOST_FIRST 0x40000000
#define TRUST_CPUID_HOST_LAST 0x400000FF

#define TRUST_APIC_BASE 0x1B	/* read only */
#define TRUST_TSC_DEADLINE 0x6E0
#define TRUST_X2APIC_FIRST 0x800

#ifndef __ASSEMBLER__
#include "arch/x86/cpu.h"
#include "lib/types.h"

/* Bit n is MSR TRUST_X2APIC_FIRST + n. */
extern const uint64_t trust_x2apic_readable;
extern const uint64_t trust_x2apic_writable;

static inline bool trust_cpuid_is_hosts(uint32_t leaf)
{
	return leaf - TRUST_CPUID_HOST_FIRST <=
	       TRUST_CPUID_HOST_LAST - TRUST_CPUID_HOST_FIRST;
}

/* What we say for a leaf that is neither the module's nor the host's. */
struct cpuid trust_cpuid_made_up(uint32_t leaf);

/* True: the host may answer; false: as an MSR that is not there. */
bool trust_may_read_msr(uint32_t msr);
bool trust_may_write_msr(uint32_t msr);
#endif

#endif
