/* SPDX-License-Identifier: MIT */
/*
 * A TD that resets the machine ends it, with all that is said at the end.
 * boot: tdvf
 * options: --stats
 * expect: stats exits=
 */
#include <stdio.h>

#include "arch/x86/tdx/tdcall.h"
#include "tests/guest/check.h"

#define RESET_CONTROL 0xCF9
#define RESET_FULL 6

int main(void)
{
	puts("RESULT: SUCCESS");
	tdvmcall_io_write(RESET_CONTROL, 1, RESET_FULL);
	CHECK(false); /* the machine runs on */
	return check_verdict();
}
