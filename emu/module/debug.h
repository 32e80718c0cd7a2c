/* SPDX-License-Identifier: MIT */
/*
 * What no TDX module has: a switch for trace lines and a table of counts. The
 * one header of module/ that is not part of the wall and vmm/ may use.
 */
#ifndef EMU_MODULE_DEBUG_H
#define EMU_MODULE_DEBUG_H

#include "lib/types.h"

/*
 * As if the host kept entries of the Secure EPT locked with calls of another
 * CPU: so many acceptances in a row find theirs locked.
 */
void module_hold_sept(uint64_t times);

/* Which kinds of line td-run's --trace asks for. */
#define TRACE_TDCALL (1U << 0)
#define TRACE_VE (1U << 1)
#define TRACE_SEPT (1U << 2)
#define TRACE_VMCALL (1U << 3)

void stats_set_trace(unsigned int kinds);
bool stats_traces(unsigned int kind);
void stats_set_counts(bool counts);
/* names.c: what such a number is called, or "unknown". */
const char *debug_tdcall_name(uint64_t leaf);
const char *debug_tdvmcall_name(uint64_t leaf);	/* of R10 = 0 */
const char *debug_ve_name(uint64_t reason);
/* vCPU number index was not run for so many ticks because it slept. */
void stats_skip(unsigned int index, uint64_t ticks);

/* Where vCPU number index of the TD stands, for messages to people. */
uint64_t debug_guest_rip(unsigned int index);

/*
 * The next calls of a leaf, so many times, come back with this status: what
 * chance or another CPU would have to bring about.
 */
void module_refuse(uint64_t leaf, uint64_t status, unsigned int times);
/* Not the next calls but one, after so many others. */
void module_refuse_later(uint64_t leaf, uint64_t status, uint64_t after);

/*
 * Interrupt vector of vCPU number index after so many more instructions of
 * its guest, at that very boundary. A vector of 0 disarms.
 */
void debug_interrupt_after(unsigned int index, uint64_t instructions,
			   unsigned int vector);
/* An NMI likewise, which the shadow of an STI does not hold. */
void debug_nmi_after(unsigned int index, uint64_t instructions);
/* The RIP at which it came; 0: it has not come yet. */
uint64_t debug_interrupt_rip(unsigned int index);

/* The table of counts, on the log; unit is what a tick of the TSC is. */
void stats_print(const char *unit);

#endif
