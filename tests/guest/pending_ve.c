/* SPDX-License-Identifier: MIT */
/*
 * Should the #VE of a pending page come after all, the handler names the
 * page and does nothing with it.
 *
 * options: --sept-ve-disable=off --flexible-pending-ve=on
 * exit: 3
 * expect: #VE on private memory: private GPA 0x
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/pending.h"

int main(void)
{
	volatile uint64_t *page = pending_page();

	CHECK_EQUAL(tdg_vm_wr(TDX_FIELD_TD_CTLS, 0,
			      TDX_TD_CTLS_PENDING_VE_DISABLE), TDX_SUCCESS);
	CHECK_EQUAL(pending_td_ctls() & TDX_TD_CTLS_PENDING_VE_DISABLE, 0);
	printf("got %lx\n", *page);
	return check_survived();
}
