/* SPDX-License-Identifier: MIT */
/*
 * A stack that overflows runs into its guard page, not into its neighbour.
 * exit: 3
 * expect: stack overflow in thread main at
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

/* The address of a local keeps the compiler from making this a loop. */
static unsigned int dig(volatile unsigned int *above)
{
	volatile unsigned int here[64] = { *above + 1 };

	return here[0] > 1000000 ? 0 : dig(here) + here[0];
}

int main(void)
{
	volatile unsigned int top = 0;

	printf("%u\n", dig(&top));
	return check_survived();
}
