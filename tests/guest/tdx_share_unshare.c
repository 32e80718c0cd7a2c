/* SPDX-License-Identifier: MIT */
/*
 * Conversion destroys contents in both directions: what was private is not
 * what the host gets to see, and what comes back is zero.
 * gpaw: 48 52
 */
#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/page.h"
#include "lib/shared.h"
#include "tests/guest/check.h"

#define PAGES 8
#define SIZE (PAGES * PAGE_SIZE)
#define SECRET UINT64_C(0x5EC4E75EC4E75EC4)
#define PUBLIC UINT64_C(0x9B11C9B11C9B11C9)

static unsigned int count_private(const uint64_t *words, uint64_t value)
{
	unsigned int found = 0;

	for (size_t i = 0; i < SIZE / 8; i++)
		found += words[i] == value;
	return found;
}

static unsigned int count_shared(const uint64_t host_shared *words,
				 uint64_t value)
{
	unsigned int found = 0;

	for (size_t i = 0; i < SIZE / 8; i++)
		found += shared_read64(words + i) == value;
	return found;
}

static void check_round(uint64_t *words)
{
	const paddr_t gpa = page_pa(words);
	uint64_t host_shared *alias = paging_shared_pointer(gpa);
	const uint64_t shared = tdx_count(TDX_COUNT_PAGES_SHARED);

	for (size_t i = 0; i < SIZE / 8; i++)
		words[i] = SECRET;
	CHECK_EQUAL(tdx_share(gpa, SIZE), 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_SHARED), shared + PAGES);
	CHECK_EQUAL(count_shared(alias, SECRET), 0);
	for (size_t i = 0; i < SIZE / 8; i++)
		shared_write64(alias + i, PUBLIC);
	CHECK_EQUAL(count_shared(alias, PUBLIC), SIZE / 8);
	CHECK_EQUAL(tdx_unshare(gpa, SIZE), 0);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_SHARED), shared);
	CHECK_EQUAL(count_private(words, 0), SIZE / 8);
}

static void check_arguments(paddr_t gpa)
{
	CHECK(tdx_share(gpa + 1, PAGE_SIZE) < 0);
	CHECK(tdx_share(gpa, PAGE_SIZE / 2) < 0);
	CHECK(tdx_share(gpa | tdx_shared_bit(), PAGE_SIZE) < 0);
	CHECK(tdx_share(gpa, UINT64_MAX - PAGE_MASK) < 0);
	CHECK(tdx_unshare(gpa + 8, PAGE_SIZE) < 0);
	CHECK(tdx_accept(gpa + PAGE_SIZE, gpa) < 0);
}

int main(void)
{
	uint64_t *words = page_alloc(PAGES);
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_MAP_GPA);

	CHECK(words != NULL);
	check_arguments(page_pa(words));
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_MAP_GPA), calls);
	CHECK_EQUAL(paging_map_shared(page_pa(words), page_pa(words) + SIZE),
		    0);
	for (int i = 0; i < 3; i++)
		check_round(words);
	return check_verdict();
}
