/* SPDX-License-Identifier: MIT */
/*
 * A region has whole GiB, its parts that are not reserved are memory that may
 * become private, and its PAMT, one area for each page size, lies in such
 * memory, too, where no TD can have a page.
 */
#include "emu/module/tdmr.h"

#include "emu/boot/seam.h"

#define LEVELS 3

struct range {
	uint64_t start;
	uint64_t end;
};

static bool is_legal(uint64_t start, uint64_t size, uint64_t align)
{
	return size && !(start % align) && !(size % align) &&
	       start + size > start && !((start + size - 1) >> SEAM_HKID_SHIFT);
}

static bool overlap(struct range a, struct range b)
{
	return a.start < b.end && b.start < a.end;
}

static bool is_in_memory(const struct tdmr_memory *memory, struct range range)
{
	for (unsigned int i = 0; i < memory->count; i++) {
		const struct cmr_info *cmr = &memory->cmrs[i];

		if (range.start >= cmr->base &&
		    range.end <= cmr->base + cmr->size)
			return true;
	}
	return false;
}

static struct range pamt_of(const struct tdmr_info *tdmr, unsigned int level)
{
	const uint64_t start[LEVELS] = { tdmr->pamt_4k_base,
					 tdmr->pamt_2m_base,
					 tdmr->pamt_1g_base };
	const uint64_t size[LEVELS] = { tdmr->pamt_4k_size,
					tdmr->pamt_2m_size,
					tdmr->pamt_1g_size };

	return (struct range){ start[level], start[level] + size[level] };
}

/*
 * The part of the region before reserved area number area, or the last one.
 * False: there is none so far on.
 */
static bool available(const struct tdmr_info *tdmr, unsigned int area,
		      struct range *part)
{
	part->start = tdmr->base;
	part->end = tdmr->base + tdmr->size;
	if (area && !tdmr->reserved[area - 1].size)
		return false;
	if (area)
		part->start = tdmr->base + tdmr->reserved[area - 1].offset +
			      tdmr->reserved[area - 1].size;
	if (area < TDX_MAX_RESERVED && tdmr->reserved[area].size)
		part->end = tdmr->base + tdmr->reserved[area].offset;
	return true;
}

static uint64_t check_reserved(const struct tdmr_info *tdmr,
			       unsigned int index)
{
	uint64_t end = 0;
	bool is_over = false;

	for (unsigned int i = 0; i < TDX_MAX_RESERVED; i++) {
		const uint64_t offset = tdmr->reserved[i].offset;
		const uint64_t size = tdmr->reserved[i].size;
		const uint64_t details = index | i << 8;

		if (!size) {
			is_over = true;
			continue;
		}
		if (is_over || !is_legal(offset, size, PAGE_SIZE) ||
		    offset + size > tdmr->size)
			return TDX_INVALID_RESERVED_IN_TDMR | details;
		if (offset < end)
			return TDX_NON_ORDERED_RESERVED_IN_TDMR | details;
		end = offset + size;
	}
	return TDX_SUCCESS;
}

static uint64_t check_pamt(const struct tdmr_memory *memory,
			   const struct tdmr_info *tdmr, unsigned int index,
			   unsigned int level)
{
	const struct range pamt = pamt_of(tdmr, level);
	const uint64_t pages = tdmr->size >> (PAGE_SHIFT + 9 * level);
	const uint64_t details = index | level << 8;

	if (!is_legal(pamt.start, pamt.end - pamt.start, PAGE_SIZE) ||
	    pamt.end - pamt.start < pages * TDX_PAMT_ENTRY_SIZE)
		return TDX_INVALID_PAMT | details;
	if (!is_in_memory(memory, pamt))
		return TDX_PAMT_OUTSIDE_CMRS | details;
	return TDX_SUCCESS;
}

static bool is_in_available(const struct tdmr_info *tdmr, struct range pamt)
{
	struct range part;

	for (unsigned int area = 0; area <= TDX_MAX_RESERVED; area++)
		if (available(tdmr, area, &part) && overlap(part, pamt))
			return true;
	return false;
}

/* Does the area that level of tdmr's PAMT lies in belong to other, too? */
static bool pamt_collides(const struct tdmr_info *tdmr, unsigned int level,
			  const struct tdmr_info *other)
{
	const struct range pamt = pamt_of(tdmr, level);

	for (unsigned int i = 0; i < LEVELS; i++)
		if ((tdmr != other || i < level) &&
		    overlap(pamt, pamt_of(other, i)))
			return true;
	return is_in_available(other, pamt);
}

static uint64_t check_overlap(const struct tdmr_info *tdmrs,
			      unsigned int index)
{
	for (unsigned int other = 0; other <= index; other++) {
		for (unsigned int level = 0; level < LEVELS; level++) {
			if (pamt_collides(&tdmrs[index], level, &tdmrs[other]))
				return TDX_PAMT_OVERLAP | index | level << 8 |
				       other << 16;
			if (is_in_available(&tdmrs[index],
					    pamt_of(&tdmrs[other], level)))
				return TDX_PAMT_OVERLAP | other | level << 8 |
				       index << 16;
		}
	}
	return TDX_SUCCESS;
}

uint64_t tdmr_check(const struct tdmr_memory *memory,
		    const struct tdmr_info *tdmrs, unsigned int index)
{
	const struct tdmr_info *tdmr = &tdmrs[index];
	uint64_t status = TDX_SUCCESS;
	struct range part;

	if (!is_legal(tdmr->base, tdmr->size, GIB))
		return TDX_INVALID_TDMR | index;
	if (index && tdmr->base < tdmr[-1].base + tdmr[-1].size)
		return TDX_NON_ORDERED_TDMR | index;
	status = check_reserved(tdmr, index);
	for (unsigned int level = 0; !status && level < LEVELS; level++)
		status = check_pamt(memory, tdmr, index, level);
	for (unsigned int area = 0; !status && area <= TDX_MAX_RESERVED; area++)
		if (available(tdmr, area, &part) && part.start < part.end &&
		    !is_in_memory(memory, part))
			status = TDX_TDMR_OUTSIDE_CMRS | index;
	return status ? status : check_overlap(tdmrs, index);
}
