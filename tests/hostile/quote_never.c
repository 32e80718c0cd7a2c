/* SPDX-License-Identifier: MIT */
/*
 * A quote that stays in flight: callers get their time back, and the buffer
 * stays the host's, so that nothing is asked in it again and no other is
 * taken for it.
 * lie: quote-never
 * options: --quote-service
 * network: echo
 */
#define QUOTES_PATIENCE UINT64_C(1000000000)
#include "tests/hostile/quotes.h"

int main(void)
{
	uint64_t shared;
	size_t free_pages;

	CHECK_EQUAL(quotes_get(), -ETIMEDOUT);
	shared = tdx_count(TDX_COUNT_PAGES_SHARED);
	free_pages = page_count_free();
	quotes_expect(3, -ETIMEDOUT, 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_GET_QUOTE), 1);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_SHARED), shared);
	CHECK_EQUAL(page_count_free(), free_pages);
	CHECK_EQUAL(quotes_beside_work(), -ETIMEDOUT);
	CHECK_EQUAL(attest_count_quotes(), 0);
	return check_verdict();
}
