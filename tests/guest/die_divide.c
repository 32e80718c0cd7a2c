/* SPDX-License-Identifier: MIT */
/*
 * An exception that nobody handles is reported by its name.
 * exit: 3
 * expect: divide error at image+0x
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	volatile int zero = 0;

	printf("%d\n", 1000 / zero);
	return check_survived();
}
