/* SPDX-License-Identifier: MIT */
/*
 * Whom to believe about what an instruction asks for: the table of trust,
 * trust_table.inc, as code. The #VE handler and the kernel's own accessors
 * (tdx_io_read() and its like) both run from it: nothing is asked of the host
 * that the table does not name.
 */
#ifndef ARCH_X86_TDX_TRUST_H
#define ARCH_X86_TDX_TRUST_H

/* The range that hypervisors have for themselves: all that the host answers. */
#define TRUST_CPUID_HOST_FIRST 0x40000000
#define TRUST_CPUID_HOST_LAST 0x400000FF

/*
 * Leaves of which ve_entry has what is made up: the first 32 of the CPU's
 * basic and extended ones, in turns, as a rotation to the left by 1 makes an
 * index of the number.
 */
#define TRUST_CPUID_LEAVES 64
#define TRUST_CPUID_INDEX(leaf) ((leaf) << 1 | (leaf) >> 31)

#define TRUST_APIC_BASE 0x1B	/* read only */
#define TRUST_TSC_DEADLINE 0x6E0
#define TRUST_X2APIC_FIRST 0x800

/* No port from here on is the host's to answer. */
#define TRUST_PORTS 0x1000

#ifndef __ASSEMBLER__
#include "arch/x86/cpu.h"
#include "lib/types.h"

enum trust {
	TRUST_REFUSED,
	TRUST_MODULE,
	TRUST_MADE_UP,
	TRUST_HOST,
};

/* Bit n is MSR TRUST_X2APIC_FIRST + n. */
extern const uint64_t trust_x2apic_readable;
extern const uint64_t trust_x2apic_writable;

/* Bit n, an index: made up, with this EAX and zeros. 0 before trust_init(). */
extern uint64_t trust_cpuid_known;
extern uint32_t trust_cpuid_eax[TRUST_CPUID_LEAVES];

/* Bit n: n bytes from this port on are all one device's of the host. */
extern uint8_t trust_ports[TRUST_PORTS];

/* Before it no port may be used. */
void trust_init(void);

static inline bool trust_cpuid_is_hosts(uint32_t leaf)
{
	return leaf - TRUST_CPUID_HOST_FIRST <=
	       TRUST_CPUID_HOST_LAST - TRUST_CPUID_HOST_FIRST;
}

/*
 * What we say for a leaf that raised #VE and is not the host's. Counts those
 * that are refused.
 */
struct cpuid trust_cpuid_made_up(uint32_t leaf);

/* True: the host may answer; false: as an MSR that is not there, counted. */
bool trust_may_read_msr(uint32_t msr);
bool trust_may_write_msr(uint32_t msr);

/* May the host be asked for size bytes from port on? */
static inline bool trust_may_use_port(uint16_t port, unsigned int size)
{
	return port < TRUST_PORTS && trust_ports[port] >> size & 1;
}
#endif

#endif
