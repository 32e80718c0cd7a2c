/* SPDX-License-Identifier: MIT */
/* The rows of the table of trust in the forms in which they are looked up. */
#include "arch/x86/tdx/trust.h"

#include "arch/x86/tdx/call.h"

/* What of the table is code; the words stay in the source. */
struct cpuid_row {
	uint32_t first, last;
	uint8_t verdict;
	uint32_t eax;
};

struct msr_row {
	uint32_t first, last;
	uint8_t read, write;
};

struct port_row {
	uint16_t first, last;
	uint8_t verdict;
};

static const struct cpuid_row cpuid_rows[] = {
#define TRUST_CPUID(first, last, verdict, eax, what, how) \
	{ first, last, TRUST_##verdict, eax },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct msr_row msr_rows[] = {
#define TRUST_MSR(first, last, read, write, what, how) \
	{ first, last, TRUST_##read, TRUST_##write },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct port_row port_rows[] = {
#define TRUST_PORT(first, last, verdict, what, how) \
	{ first, last, TRUST_##verdict },
#include "arch/x86/tdx/trust_table.inc"
};

/* The bits of a row's registers, where they are x2APIC's and the host's. */
#define X2APIC(first, last, verdict)                                       \
	((verdict) == TRUST_HOST && (first) >= TRUST_X2APIC_FIRST &&       \
			 (last) < TRUST_X2APIC_FIRST + 64 ?                \
		 (UINT64_MAX >> ((63 - ((last) - (first))) & 63))          \
			 << (((first) - TRUST_X2APIC_FIRST) & 63) :          \
		 0)

const uint64_t trust_x2apic_readable = 0
#define TRUST_MSR(first, last, read, write, what, how) \
	| X2APIC(first, last, TRUST_##read)
#include "arch/x86/tdx/trust_table.inc"
	;

const uint64_t trust_x2apic_writable = 0
#define TRUST_MSR(first, last, read, write, what, how) \
	| X2APIC(first, last, TRUST_##write)
#include "arch/x86/tdx/trust_table.inc"
	;

uint64_t trust_cpuid_known;
uint32_t trust_cpuid_eax[TRUST_CPUID_LEAVES];
uint8_t trust_ports[TRUST_PORTS];

static void note_cpuid(const struct cpuid_row *row)
{
	if (row->verdict != TRUST_MADE_UP)
		return;
	for (uint32_t leaf = row->first; leaf <= row->last; leaf++) {
		const uint32_t index = TRUST_CPUID_INDEX(leaf);

		if (index >= TRUST_CPUID_LEAVES)
			continue;
		trust_cpuid_known |= BIT(index);
		trust_cpuid_eax[index] = row->eax;
	}
}

static void note_port(const struct port_row *row)
{
	if (row->verdict != TRUST_HOST)
		return;
	for (uint32_t port = row->first; port <= row->last; port++)
		for (uint32_t size = 1; size <= 4; size *= 2)
			if (port + size - 1 <= row->last)
				trust_ports[port] |= (uint8_t)(1 << size);
}

void trust_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cpuid_rows); i++)
		note_cpuid(&cpuid_rows[i]);
	for (size_t i = 0; i < ARRAY_SIZE(port_rows); i++)
		note_port(&port_rows[i]);
}

struct cpuid trust_cpuid_made_up(uint32_t leaf)
{
	const struct cpuid_row *row = cpuid_rows;

	/* The rows cover all leaves. */
	while (leaf > row->last)
		row++;
	if (row->verdict != TRUST_MADE_UP)
		tdx_count_up(TDX_COUNT_VE_REFUSED_CPUID);
	return (struct cpuid){ .eax = row->eax };
}

static const struct msr_row *find_msr(uint32_t msr)
{
	static const struct msr_row refused = { 0, 0, TRUST_REFUSED,
						TRUST_REFUSED };

	for (size_t i = 0; i < ARRAY_SIZE(msr_rows); i++)
		if (msr >= msr_rows[i].first && msr <= msr_rows[i].last)
			return &msr_rows[i];
	return &refused;
}

static bool is_x2apic(uint32_t msr, uint64_t registers)
{
	const uint32_t number = msr - TRUST_X2APIC_FIRST;

	return number < 64 && registers >> number & 1;
}

bool trust_may_read_msr(uint32_t msr)
{
	if (is_x2apic(msr, trust_x2apic_readable) ||
	    find_msr(msr)->read == TRUST_HOST)
		return true;
	tdx_count_up(TDX_COUNT_VE_REFUSED_RDMSR);
	return false;
}

bool trust_may_write_msr(uint32_t msr)
{
	/* On the way to each halt. */
	if (msr == TRUST_TSC_DEADLINE ||
	    is_x2apic(msr, trust_x2apic_writable) ||
	    find_msr(msr)->write == TRUST_HOST)
		return true;
	tdx_count_up(TDX_COUNT_VE_REFUSED_WRMSR);
	return false;
}
