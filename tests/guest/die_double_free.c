/* SPDX-License-Identifier: MIT */
/*
 * free() refuses a block that was freed before.
 * exit: 3
 * expect: free: bad pointer
 */
#include <stdlib.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	void *volatile block = malloc(5000);

	free(block);
	free(block);
	return check_survived();
}
