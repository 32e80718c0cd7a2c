/* SPDX-License-Identifier: MIT */
/*
 * Constants cannot be written.
 * exit: 3
 * expect: page fault: write protected 0x
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	static const uint64_t constant = 1;
	volatile uint64_t *volatile at = (uint64_t *)(uintptr_t)&constant;

	*at = 2;
	return check_survived();
}
