/* SPDX-License-Identifier: MIT */
/*
 * Data cannot be executed.
 * exit: 3
 * expect: page fault: execute protected 0x
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	static uint8_t code[] = { 0xC3 };	/* ret */
	void (*volatile run)(void) = (void (*)(void))(uintptr_t)code;

	run();
	return check_survived();
}
