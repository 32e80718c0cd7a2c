/* SPDX-License-Identifier: MIT */
/*
 * MapGPA that goes on behind its end is refused.
 * lie: mapgpa-outside
 * network: echo
 * expect: cannot share
 * gpaw: 48 52
 */
#include "tests/hostile/work.h"

/* Pages of which nobody knows what they are now are lost; no more of them. */
static void check_loss(void)
{
	size_t pages;

	CHECK(!page_alloc_shared(1));
	pages = page_count_free();
	for (int i = 0; i < 10; i++)
		CHECK(!page_alloc_shared(1));
	CHECK_EQUAL(page_count_free(), pages);
}

int main(void)
{
	work_conversion(-EIO, 0);
	check_loss();
	work_without_network();
	return check_verdict();
}
