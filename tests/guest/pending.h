/* SPDX-License-Identifier: MIT */
/* A private page that is not accepted: pending, as soon as it is touched. */
#ifndef TESTS_GUEST_PENDING_H
#define TESTS_GUEST_PENDING_H

#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

/* Lost to the allocator: it must not be given back. */
static inline volatile uint64_t *pending_page(void)
{
	uint64_t *page = page_alloc(1);

	CHECK(page);
	CHECK_EQUAL(tdx_share(page_pa(page), PAGE_SIZE), 0);
	CHECK_EQUAL(tdvmcall_map_gpa(page_pa(page), PAGE_SIZE).status, 0);
	return page;
}

static inline uint64_t pending_td_ctls(void)
{
	uint64_t ctls = 0;

	CHECK_EQUAL(tdg_vm_rd(TDX_FIELD_TD_CTLS, &ctls), TDX_SUCCESS);
	return ctls;
}

#endif
