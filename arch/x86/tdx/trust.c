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

/* First MSR, last MSR and who may use them; the frequent ones first. */
struct host_msr {
	uint32_t first;
	uint32_t last;
	bool is_readable;
	bool is_writable;
};

/*
 * All of these are devices of the host's: interrupts and timers that it could
 * withhold or invent without them. Nothing that describes the CPU is here.
 */
static const struct host_msr host_msrs[] = {
	{ 0x830, 0x830, true, true },	/* x2APIC ICR */
	{ 0x6E0, 0x6E0, true, true },	/* TSC_DEADLINE */
	{ 0x832, 0x838, true, true },	/* x2APIC LVTs, initial count */
	{ 0x802, 0x803, true, false },	/* x2APIC ID, version */
	{ 0x80D, 0x80D, true, false },	/* x2APIC LDR */
	{ 0x80F, 0x80F, true, true },	/* x2APIC SVR */
	{ 0x828, 0x828, true, true },	/* x2APIC ESR */
	{ 0x82F, 0x82F, true, true },	/* x2APIC LVT CMCI */
	{ 0x839, 0x839, true, false },	/* x2APIC current count */
	{ 0x83E, 0x83E, true, true },	/* x2APIC divide configuration */
	{ 0x01B, 0x01B, true, false },	/* APIC_BASE */
};

struct cpuid trust_cpuid_made_up(uint32_t leaf)
{
	for (size_t i = 0; i < ARRAY_SIZE(made_up); i++)
		if (made_up[i].leaf == leaf)
			return made_up[i].id;
	return (struct cpuid){ 0 };
}

static const struct host_msr *find_msr(uint32_t msr)
{
	static const struct host_msr nobodys;

	for (size_t i = 0; i < ARRAY_SIZE(host_msrs); i++)
		if (msr >= host_msrs[i].first && msr <= host_msrs[i].last)
			return &host_msrs[i];
	return &nobodys;
}

bool trust_may_read_msr(uint32_t msr)
{
	return find_msr(msr)->is_readable;
}

bool trust_may_write_msr(uint32_t msr)
{
	return find_msr(msr)->is_writable;
}
