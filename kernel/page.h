/* SPDX-License-Identifier: MIT */
/*
 * Pages of private memory, and windows of shared memory.
 * Not callable from interrupt handlers.
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* Takes over all usable memory of info; call once, before anything below. */
void page_init(const struct bootinfo *info);

/*
 * count contiguous pages, 1 GiB at most, zeroed, private, 4 KiB aligned; NULL
 * when there are none. The kernel is identity mapped: the pointer's value is
 * the GPA.
 */
void *page_alloc(size_t count) must_check;
void page_free(void *pages, size_t count);
size_t page_count_free(void);
size_t page_count_total(void);
static inline paddr_t page_pa(const void *page)
{
	return (paddr_t)(uintptr_t)page;
}

/*
 * count contiguous pages that the host can read and write, zeroed; NULL when
 * memory is short or the host refuses, for ever then: what it refused is lost.
 * The pointer is the shared alias and may be used at once; what a device is
 * told is page_shared_dma(), which has no shared bit. Shared pages are never
 * given back.
 */
void host_shared *page_alloc_shared(size_t count) must_check;
paddr_t page_shared_dma(const void host_shared *page);

#endif
