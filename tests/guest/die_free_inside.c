/* SPDX-License-Identifier: MIT */
/*
 * free() refuses a pointer into a block.
 * exit: 3
 * expect: free: bad pointer
 */
#include <stdlib.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	uint8_t *block = malloc(100);
	volatile size_t offset = 16;

	free(block + offset);
	return check_survived();
}
