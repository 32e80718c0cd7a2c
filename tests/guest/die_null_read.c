/* SPDX-License-Identifier: MIT */
/*
 * Page 0 is not mapped.
 * exit: 3
 * expect: page fault: read 0x8 at
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	const volatile uint64_t *volatile nowhere = NULL;

	(void)nowhere[1];
	return check_survived();
}
