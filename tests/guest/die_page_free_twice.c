/* SPDX-License-Identifier: MIT */
/*
 * page_free() refuses pages that are free.
 * exit: 3
 * expect: page_free: bad pages
 */
#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

int main(void)
{
	void *page = page_alloc(1);

	page_free(page, 1);
	page_free(page, 1);
	return check_survived();
}
