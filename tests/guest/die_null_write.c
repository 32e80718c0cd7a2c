/* SPDX-License-Identifier: MIT */
/*
 * Page 0 is not mapped.
 * exit: 3
 * expect: page fault: write 0x10 at
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	volatile uint64_t *volatile nowhere = NULL;

	nowhere[2] = 1;
	return check_survived();
}
