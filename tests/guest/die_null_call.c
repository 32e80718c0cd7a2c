/* SPDX-License-Identifier: MIT */
/*
 * Page 0 is not mapped: a call through a null pointer ends the TD.
 * exit: 3
 * expect: page fault: execute 0 at
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	void (*volatile nothing)(void) = NULL;

	nothing();
	return check_survived();
}
