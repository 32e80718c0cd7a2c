/* SPDX-License-Identifier: MIT */
/*
 * Memory from malloc() cannot be executed.
 * exit: 3
 * expect: page fault: execute protected 0x
 */
#include <stdlib.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	uint8_t *code = malloc(16);
	void (*volatile run)(void) = (void (*)(void))(uintptr_t)code;

	code[0] = 0xC3;	/* ret */
	run();
	return check_survived();
}
