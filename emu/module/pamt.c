/* SPDX-License-Identifier: MIT */
/* Page ownership: one byte a page, for one TDMR. */
#include "emu/module/pamt.h"

#include "arch/x86/tdx/abi.h"
#include "emu/boot/memory.h"

#define PAMT_PAGES (16 * GIB / PAGE_SIZE)

static struct {
	paddr_t start;
	uint64_t pages;
	uint8_t types[PAMT_PAGES];
} pamt;

void pamt_init(paddr_t start, uint64_t size)
{
	pamt.start = start;
	pamt.pages = min_u64(size / PAGE_SIZE, PAMT_PAGES);
}

bool pamt_covers(paddr_t page)
{
	return page >= pamt.start &&
	       (page - pamt.start) / PAGE_SIZE < pamt.pages;
}

static uint8_t *pamt_entry(paddr_t page)
{
	return &pamt.types[(page - pamt.start) / PAGE_SIZE];
}

enum pamt_type pamt_type(paddr_t page)
{
	return pamt_covers(page) ? (enum pamt_type)*pamt_entry(page) :
				   PAMT_NDA;
}

uint64_t pamt_check(paddr_t page, enum pamt_type type, unsigned int operand)
{
	if (page % PAGE_SIZE || page >= MEMORY_MAPPED)
		return TDX_OPERAND_INVALID | operand;
	if (!pamt_covers(page))
		return TDX_OPERAND_ADDR_RANGE_ERROR | operand;
	if (*pamt_entry(page) != type)
		return TDX_PAGE_METADATA_INCORRECT | operand;
	return TDX_SUCCESS;
}

uint64_t pamt_take(paddr_t page, enum pamt_type type, unsigned int operand)
{
	const uint64_t status = pamt_check(page, PAMT_NDA, operand);

	if (status == TDX_SUCCESS)
		*pamt_entry(page) = (uint8_t)type;
	return status;
}

void pamt_release(paddr_t page)
{
	*pamt_entry(page) = PAMT_NDA;
}
