/* SPDX-License-Identifier: MIT */
/*
 * A program that fails ends the TD with its value.
 * exit: 3
 * expect: main returned 7
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	if (CHECK(true))
		return 7;
	return check_survived();
}
