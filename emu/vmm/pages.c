/* SPDX-License-Identifier: MIT */
/*
 * Pages of the DIMM that the host has to give: those that came back, chained
 * through their first word, then never used ones in order. Large ones likewise;
 * they come apart when all small ones are gone.
 */
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/vmm/vmm.h"

static struct {
	paddr_t next;
	paddr_t end;
	paddr_t returned;
	paddr_t returned_large;
} pages;

/* td-run's rule for the size of the DIMM. */
void vmm_pages_init(void)
{
	pages.next = EMU_POOL_PHYS;
	pages.end = EMU_PHYS + vmm_config.ram_size + vmm_config.ram_size / 32 +
		    64 * MIB;
}

static paddr_t pop(paddr_t *list)
{
	const paddr_t page = *list;

	if (page)
		*list = *(paddr_t *)memory_at(page);
	return page;
}

static void push(paddr_t *list, paddr_t page)
{
	*(paddr_t *)memory_at(page) = *list;
	*list = page;
}

paddr_t vmm_large_page_alloc(void)
{
	const paddr_t page = pop(&pages.returned_large);

	if (page)
		return page;
	if (align_up(pages.next, PAGE_SIZE_2M) + PAGE_SIZE_2M > pages.end)
		return 0;
	for (; pages.next % PAGE_SIZE_2M; pages.next += PAGE_SIZE)
		push(&pages.returned, pages.next);
	pages.next += PAGE_SIZE_2M;
	return pages.next - PAGE_SIZE_2M;
}

void vmm_large_page_free(paddr_t page)
{
	push(&pages.returned_large, page);
}

/* The parts of a large page that came back. */
static void take_apart(paddr_t page)
{
	for (uint64_t at = 0; page && at < PAGE_SIZE_2M; at += PAGE_SIZE)
		push(&pages.returned, page + at);
}

paddr_t vmm_page_alloc(void)
{
	paddr_t page;

	if (!pages.returned && pages.next >= pages.end)
		take_apart(pop(&pages.returned_large));
	page = pop(&pages.returned);
	if (page)
		return page;
	if (pages.next >= pages.end)
		emu_fail("the private backing is used up: the DIMM is smaller "
			 "than td-run makes it");
	pages.next += PAGE_SIZE;
	return pages.next - PAGE_SIZE;
}

paddr_t vmm_pages_reserve(uint64_t size)
{
	if (size > pages.end - pages.next)
		emu_fail("the private backing cannot hold %lu bytes of tables",
			 size);
	pages.next += size;
	return pages.next - size;
}

paddr_t vmm_pages_end(void)
{
	return pages.end;
}

paddr_t vmm_pages_used(void)
{
	return pages.next;
}

void vmm_page_free(paddr_t page)
{
	push(&pages.returned, page);
}
