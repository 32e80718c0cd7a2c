/* SPDX-License-Identifier: MIT */
/*
 * Text cannot be written.
 * exit: 3
 * expect: page fault: write protected 0x
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	volatile uint8_t *volatile text = (uint8_t *)(uintptr_t)main;

	text[0] = 0xC3;
	return check_survived();
}
