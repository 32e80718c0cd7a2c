/* SPDX-License-Identifier: MIT */
/*
 * Shared pages: zero, writable, apart from each other and from all private
 * memory; many allocations cost few conversions.
 * gpaw: 48 52
 */
#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/page.h"
#include "lib/shared.h"
#include "tests/guest/check.h"

#define WINDOWS 24
#define WORDS (PAGE_SIZE / sizeof(uint32_t))

static uint32_t host_shared *windows[WINDOWS];

static void check_window(unsigned int i, size_t count)
{
	uint32_t host_shared *window = page_alloc_shared(count);
	const paddr_t dma = page_shared_dma(window);
	unsigned int dirty = 0;

	if (!CHECK(window != NULL))
		return;
	windows[i] = window;
	CHECK_EQUAL(dma % PAGE_SIZE, 0);
	CHECK_EQUAL(dma & tdx_shared_bit(), 0);
	CHECK_EQUAL((uintptr_t)window, PAGING_SHARED_BASE + dma);
	for (size_t word = 0; word < count * WORDS; word++) {
		dirty += shared_read32(&window[word]) != 0;
		shared_write32(&window[word], i * 0x10000 + (uint32_t)word);
	}
	CHECK_EQUAL(dirty, 0);
}

int main(void)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_MAP_GPA);
	const uint64_t pages = tdx_count(TDX_COUNT_PAGES_SHARED);

	for (unsigned int i = 0; i < WINDOWS; i++)
		check_window(i, 1);
	/* 16 pages to a chunk. */
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_MAP_GPA) - calls, 2);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_SHARED) - pages, 32);
	check_window(0, 40);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_MAP_GPA) - calls, 3);
	for (unsigned int i = 1; i < WINDOWS; i++)
		CHECK_EQUAL(shared_read32(&windows[i][WORDS - 1]),
			    i * 0x10000 + WORDS - 1);
	CHECK(page_alloc_shared(0) == NULL);
	CHECK(page_alloc_shared(page_count_total() + 1) == NULL);
	return check_verdict();
}
