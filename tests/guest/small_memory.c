/* SPDX-License-Identifier: MIT */
/*
 * A TD of 64 MiB: programs start, use up what there is, and go on.
 * options: --memory 64M
 */
#include <errno.h>
#include <stdlib.h>

#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

#define BLOCK (64 * KIB)

/* A chain of blocks until malloc() gives no more; returns their number. */
static size_t fill_up(void ***chain)
{
	for (size_t count = 0;; count++) {
		void **block = malloc(BLOCK);

		if (!block)
			return count;
		memset(block, 0x5A, BLOCK);
		*block = *chain;
		*chain = block;
	}
}

int main(void)
{
	size_t counts[3];

	CHECK(page_count_total() * PAGE_SIZE <= 64 * MIB);
	for (unsigned int i = 0; i < ARRAY_SIZE(counts); i++) {
		void **chain = NULL;

		errno = 0;
		counts[i] = fill_up(&chain);
		CHECK_EQUAL(errno, ENOMEM);
		while (chain) {
			void **next = *chain;

			free(chain);
			chain = next;
		}
	}
	CHECK(counts[0] > 0);
	CHECK_EQUAL(counts[1], counts[0]);
	CHECK_EQUAL(counts[2], counts[0]);
	return check_verdict();
}
