/* SPDX-License-Identifier: MIT */
/*
 * Shared pages. Converting costs a host call whatever the size, so pages are
 * converted in chunks and handed out from the open one. A converted chunk has
 * no private mapping any more: reaching for it there is a page fault, instead
 * of the end of the TD without a word.
 */
#include "kernel/page.h"

#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/console.h"
#include "lib/shared.h"

#define CHUNK_PAGES 16

/* What is left of the open chunk. */
static struct {
	paddr_t next;
	size_t num_pages;
	bool is_refused;	/* the host would not convert another one */
} pool;

/* Pages that become shared; 0 if memory is short or the host refuses. */
static paddr_t chunk_convert(size_t count)
{
	const paddr_t start = page_pa(page_alloc(count));
	const paddr_t end = start + count * PAGE_SIZE;
	int err;

	if (!start)
		return 0;
	err = paging_unmap(start, end);
	if (!err)
		err = tdx_share(start, end - start);
	if (!err)
		err = paging_map_shared(start, end);
	if (!err)
		return start;
	/* In which state the pages are is unknown: they are lost. */
	log_line("cannot share %zu pages: error %d", count, err);
	pool.is_refused = true;
	return 0;
}

void host_shared *page_alloc_shared(size_t count)
{
	void host_shared *window;

	if (!count || count > page_count_free())
		return NULL;
	if (count > pool.num_pages) {
		const size_t pages = align_up(count, CHUNK_PAGES);
		const paddr_t chunk =
			pool.is_refused ? 0 : chunk_convert(pages);

		if (!chunk)
			return NULL;
		pool.next = chunk;
		pool.num_pages = pages;
	}
	window = paging_shared_pointer(pool.next);
	pool.next += count * PAGE_SIZE;
	pool.num_pages -= count;
	/* What a host leaves in shared pages is its choice. */
	shared_zero(window, count * PAGE_SIZE);
	return window;
}

paddr_t page_shared_dma(const void host_shared *page)
{
	return paging_shared_gpa(page);
}
