/* SPDX-License-Identifier: MIT */
/*
 * Pages of the DIMM that the host has to give: never used ones in order, then
 * those that came back, chained through their first word.
 */
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/layout.h"
#include "emu/vmm/vmm.h"

static struct {
	paddr_t next;
	paddr_t end;
	paddr_t returned;
} pages;

/* td-run's rule for the size of the DIMM. */
void vmm_pages_init(void)
{
	pages.next = EMU_POOL_PHYS;
	pages.end = EMU_PHYS + vmm_config.ram_size + vmm_config.ram_size / 32 +
		    64 * MIB;
}

paddr_t vmm_page_alloc(void)
{
	const paddr_t page = pages.returned;

	if (page) {
		pages.returned = *(paddr_t *)memory_at(page);
		return page;
	}
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

void vmm_page_free(paddr_t page)
{
	*(paddr_t *)memory_at(page) = pages.returned;
	pages.returned = page;
}
