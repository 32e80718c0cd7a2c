/* SPDX-License-Identifier: MIT */
/*
 * What is shared has no private mapping any more.
 * exit: 3
 * expect: page fault: read 0x
 */
#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

int main(void)
{
	const void host_shared *window = page_alloc_shared(1);
	const volatile uint64_t *private_alias =
		(const uint64_t *)(uintptr_t)page_shared_dma(window);

	(void)*private_alias;
	return check_survived();
}
