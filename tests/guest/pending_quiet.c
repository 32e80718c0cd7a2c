/* SPDX-License-Identifier: MIT */
/*
 * With PENDING_VE_DISABLE the use of a pending page is no #VE but the end: the
 * host gets an exit that it cannot make good.
 *
 * options: --sept-ve-disable=off --flexible-pending-ve=on
 * exit: 4
 * expect: a private page was used before TDG.MEM.PAGE.ACCEPT
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/pending.h"

int main(void)
{
	volatile uint64_t *page = pending_page();

	printf("pending: %lx\n", *page);
	return check_survived();
}
