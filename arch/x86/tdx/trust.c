/* SPDX-License-Identifier: MIT */
/* The tables of trust: see trust.h. */
#include "arch/x86/tdx/trust.h"

struct made_up {
	uint32_t leaf;
	struct cpuid id;
};

/*
 * Leaves for which zeros would be a wrong answer; for all others (thermal,
 * cache and platform topology, frequencies, brand string) zeros say what is
 * true: that nothing is known. Processor numbers are leaf 1's and 4's.
 */
static const struct made_up made_up[] = {
	/* Descriptor FF: look at leaf 4 instead. AL is always 1. */
	{ 0x2, { .eax = 0x00FF0001 } },
};

/*
 * What the host may answer for are its own devices: interrupts and timers,
 * which it could withhold or invent without them. Nothing that describes the
 * CPU is here. One bit for each of the x2APIC's registers from 0x800 on; TPR,
 * PPR, EOI, ISR, TMR, IRR and SELF_IPI are the CPU's.
 */
const uint64_t trust_x2apic_readable =
	BIT(0x02) | BIT(0x03) |			/* ID, version */
	BIT(0x0D) |				/* LDR */
	BIT(0x0F) |				/* SVR */
	BIT(0x28) | BIT(0x2F) |			/* ESR, LVT CMCI */
	BIT(0x30) |				/* ICR */
	BIT(0x32) | BIT(0x33) | BIT(0x34) |	/* LVT timer, thermal, PMC */
	BIT(0x35) | BIT(0x36) | BIT(0x37) |	/* LVT LINT0, LINT1, error */
	BIT(0x38) | BIT(0x39) | BIT(0x3E);	/* counts, divider */
const uint64_t trust_x2apic_writable =
	BIT(0x0F) | BIT(0x28) | BIT(0x2F) | BIT(0x30) | BIT(0x32) |
	BIT(0x33) | BIT(0x34) | BIT(0x35) | BIT(0x36) | BIT(0x37) |
	BIT(0x38) | BIT(0x3E);

struct cpuid trust_cpuid_made_up(uint32_t leaf)
{
	for (size_t i = 0; i < ARRAY_SIZE(made_up); i++)
		if (made_up[i].leaf == leaf)
			return made_up[i].id;
	return (struct cpuid){ 0 };
}

static bool is_x2apic(uint32_t msr, uint64_t registers)
{
	const uint32_t number = msr - TRUST_X2APIC_FIRST;

	return number < 64 && registers >> number & 1;
}

bool trust_may_read_msr(uint32_t msr)
{
	return msr == TRUST_TSC_DEADLINE || msr == TRUST_APIC_BASE ||
	       is_x2apic(msr, trust_x2apic_readable);
}

bool trust_may_write_msr(uint32_t msr)
{
	return msr == TRUST_TSC_DEADLINE ||
	       is_x2apic(msr, trust_x2apic_writable);
}
