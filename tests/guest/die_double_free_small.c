/* SPDX-License-Identifier: MIT */
/*
 * free() refuses the small block that it took back last.
 * exit: 3
 * expect: free: bad pointer
 */
#include <stdlib.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	void *volatile neighbour = malloc(24);
	void *volatile block = malloc(24);

	CHECK(neighbour && block);
	free(block);
	free(block);
	return check_survived();
}
