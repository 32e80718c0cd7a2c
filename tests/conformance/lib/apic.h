/* SPDX-License-Identifier: MIT */
/* Interrupts to the TD, for the rules of the local APIC. */
#ifndef TESTS_CONFORMANCE_LIB_APIC_H
#define TESTS_CONFORMANCE_LIB_APIC_H

#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define LOW 0x45
#define HIGH 0x95
#define NOPS "\x90\x90\x90\x90"

static inline void write_msr(uint32_t msr, uint64_t value)
{
	expect("WRMSR", trial_wrmsr(msr, value), COMPLETED);
}

static inline void eoi(void)
{
	write_msr(X2APIC_EOI, 0);
}

static inline void host_write(uint32_t msr, uint64_t value)
{
	struct trial trial = { 0 };

	expect("host WRMSR", vmcall(&trial, VMCALL_WRMSR, msr, value, 0), 0);
}

/* What comes when interrupts are on for a few instructions. */
static inline uint64_t next_interrupt(void)
{
	struct trial trial = { 0 };

	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE(NOPS));
	return trial.vector;
}

#endif
