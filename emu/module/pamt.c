/* SPDX-License-Identifier: MIT */
/* Page ownership: 16 bytes a page, in the host's PAMT areas. */
#include "emu/module/pamt.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"

#define OWNER_TYPE UINT64_C(0xff)
#define OWNER_LEVEL_SHIFT 8
#define OWNER_LEVEL (UINT64_C(7) << OWNER_LEVEL_SHIFT)

struct pamt_entry {
	uint64_t owner;		/* address of the TDR, level, type */
	uint64_t epoch;
};
ASSERT_SIZE(struct pamt_entry, TDX_PAMT_ENTRY_SIZE);

static struct {
	struct region {
		struct tdmr_info tdmr;
		uint64_t initialized;	/* bytes, from its start */
	} regions[TDX_MAX_TDMRS];
	unsigned int count;
} pamt;

void pamt_add_region(const struct tdmr_info *tdmr)
{
	pamt.regions[pamt.count++].tdmr = *tdmr;
}

static struct pamt_entry *region_entry(const struct region *region,
				       uint64_t offset)
{
	struct pamt_entry *entries = memory_at(region->tdmr.pamt_4k_base);

	return &entries[offset / PAGE_SIZE];
}

/* Fills the entries of [start, end), offsets into the region. */
static void region_fill(const struct region *region, uint64_t start,
			uint64_t end, enum pamt_type type)
{
	for (uint64_t at = start; at < end; at += PAGE_SIZE)
		*region_entry(region, at) = (struct pamt_entry){
			.owner = (uint64_t)type,
		};
}

static void region_init_gib(struct region *region)
{
	const uint64_t start = region->initialized;
	const uint64_t end = start + GIB;

	cpu_fill(region_entry(region, start), PAMT_NDA,
		 GIB / PAGE_SIZE * sizeof(struct pamt_entry) / 8);
	for (unsigned int i = 0; i < TDX_MAX_RESERVED; i++) {
		const uint64_t from = region->tdmr.reserved[i].offset;
		const uint64_t to = from + region->tdmr.reserved[i].size;

		region_fill(region, max_u64(from, start), min_u64(to, end),
			    PAMT_RSVD);
	}
	region->initialized = end;
}

uint64_t pamt_init_step(paddr_t base, paddr_t *next)
{
	for (unsigned int i = 0; i < pamt.count; i++) {
		struct region *region = &pamt.regions[i];

		if (region->tdmr.base != base)
			continue;
		*next = base + region->initialized;
		if (region->initialized == region->tdmr.size)
			return TDX_TDMR_ALREADY_INITIALIZED;
		region_init_gib(region);
		*next = base + region->initialized;
		return TDX_SUCCESS;
	}
	return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
}

static struct pamt_entry *find_entry(paddr_t page)
{
	for (unsigned int i = 0; i < pamt.count; i++) {
		const struct region *region = &pamt.regions[i];
		const uint64_t offset = page - region->tdmr.base;

		if (offset < region->initialized)
			return region_entry(region, offset);
	}
	return NULL;
}

static enum pamt_type entry_type(const struct pamt_entry *entry)
{
	return (enum pamt_type)(entry->owner & OWNER_TYPE);
}

static unsigned int entry_level(const struct pamt_entry *entry)
{
	return (unsigned int)(entry->owner >> OWNER_LEVEL_SHIFT) & 7;
}

static uint64_t check_entry(paddr_t page, unsigned int operand,
			    struct pamt_entry **entry)
{
	if (page % PAGE_SIZE || page >> SEAM_HKID_SHIFT)
		return TDX_OPERAND_INVALID | operand;
	*entry = find_entry(page);
	return *entry ? TDX_SUCCESS : TDX_OPERAND_ADDR_RANGE_ERROR | operand;
}

uint64_t pamt_read(paddr_t page, unsigned int operand, struct pamt_page *out)
{
	struct pamt_entry *entry;
	const uint64_t status = check_entry(page, operand, &entry);

	*out = (struct pamt_page){ .type = PAMT_NDA };
	if (status != TDX_SUCCESS)
		return status;
	out->type = entry_type(entry);
	if (out->type == PAMT_NDA || out->type == PAMT_RSVD)
		return TDX_SUCCESS;
	out->level = entry_level(entry);
	out->owner = entry->owner & ~PAGE_MASK;
	out->epoch = entry->epoch;
	return TDX_SUCCESS;
}

uint64_t pamt_check(paddr_t page, enum pamt_type type, unsigned int operand)
{
	struct pamt_entry *entry;
	const uint64_t status = check_entry(page, operand, &entry);

	if (status != TDX_SUCCESS)
		return status;
	return entry_type(entry) == type ?
		       TDX_SUCCESS : TDX_PAGE_METADATA_INCORRECT | operand;
}

static uint64_t pages_of(unsigned int level)
{
	return UINT64_C(1) << (9 * level);
}

uint64_t pamt_take(struct td *owner, paddr_t page, unsigned int level,
		   enum pamt_type type, unsigned int operand)
{
	const uint64_t pages = pages_of(level);
	uint64_t at;

	if (page & ((PAGE_SIZE << (9 * level)) - 1))
		return TDX_OPERAND_INVALID | operand;
	for (at = 0; at < pages; at++) {
		const uint64_t status = pamt_check(page + at * PAGE_SIZE,
						   PAMT_NDA, operand);

		if (status != TDX_SUCCESS)
			return status;
	}
	for (at = 0; at < pages; at++)
		*find_entry(page + at * PAGE_SIZE) = (struct pamt_entry){
			.owner = (uint64_t)type |
				 (uint64_t)level << OWNER_LEVEL_SHIFT |
				 (owner ? owner->tdr : 0),
		};
	if (owner)
		owner->num_children += pages;
	return TDX_SUCCESS;
}

void pamt_release(struct td *owner, paddr_t page, unsigned int level)
{
	const uint64_t pages = pages_of(level);

	for (uint64_t at = 0; at < pages; at++)
		*find_entry(page + at * PAGE_SIZE) = (struct pamt_entry){
			.owner = PAMT_NDA,
		};
	if (owner)
		owner->num_children -= pages;
}

void pamt_set_level(paddr_t page, uint64_t pages, unsigned int level)
{
	for (; pages; pages--, page += PAGE_SIZE) {
		struct pamt_entry *entry = find_entry(page);

		entry->owner = (entry->owner & ~OWNER_LEVEL) |
			       (uint64_t)level << OWNER_LEVEL_SHIFT;
	}
}

void pamt_set_epoch(paddr_t page, uint64_t epoch)
{
	find_entry(page)->epoch = epoch;
}

uint64_t pamt_epoch(paddr_t page)
{
	return find_entry(page)->epoch;
}
