/* SPDX-License-Identifier: MIT */
/*
 * A failed assertion says where.
 * exit: 3
 * expect: assertion failed: zero == 1
 */
#include <assert.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	volatile int zero = 0;

	assert(zero == 1);
	return check_survived();
}
