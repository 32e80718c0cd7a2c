/* SPDX-License-Identifier: MIT */
/*
 * abort() ends the TD.
 * exit: 3
 * expect: abort
 */
#include <stdlib.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	abort();
	return check_survived();
}
