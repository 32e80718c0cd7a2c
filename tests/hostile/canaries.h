/* SPDX-License-Identifier: MIT */
/*
 * What the emulator looks for, while it tells look-for-canaries, in registers
 * that a TD shows it and in all memory that it shares.
 */
#ifndef TESTS_HOSTILE_CANARIES_H
#define TESTS_HOSTILE_CANARIES_H

#include "tests/guest/ve_cases.h"

/* Calls function with canary in all registers but RDI, RSI and RDX, which are
 * args; after: the registers as it left them. */
void canary_call(void (*function)(void), const uint64_t args[3],
		 struct ve_registers *after, uint64_t canary);

/* In both halves. Its bytes are not in the image, which the firmware reads
 * through shared memory. */
static inline uint64_t canary_word(void)
{
	static const volatile uint32_t inverse = 0x35b5ed35;
	const uint32_t half = ~inverse;

	return (uint64_t)half << 32 | half;
}

#endif
