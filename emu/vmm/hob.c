/* SPDX-License-Identifier: MIT */
/*
 * Builder of the TD HOB. RAM is kept as sorted ranges that an added section
 * cuts in up to three: before, the section, behind. Sections that touch stay
 * apart, each has its own descriptor, as in QEMU's list.
 */
#include "emu/vmm/hob.h"

#include <string.h>

#define Q35_LOW_MEMORY_MAX 0xb0000000
#define Q35_LOW_MEMORY_SPLIT 0x80000000

uint64_t hob_low_memory(uint64_t ram_size)
{
	return ram_size < Q35_LOW_MEMORY_MAX ? ram_size : Q35_LOW_MEMORY_SPLIT;
}

static bool range_contains(const struct hob_range *range, paddr_t start,
			   uint64_t length)
{
	return start >= range->start && length <= range->length &&
	       start - range->start <= range->length - length;
}

/* Opens a gap for one range before position; the caller knows of room. */
static void memory_insert(struct hob_memory *memory, size_t position,
			  paddr_t start, uint64_t length)
{
	const struct hob_range range = { start, length, false };

	for (size_t i = memory->count; i > position; i--)
		memory->ranges[i] = memory->ranges[i - 1];
	memory->ranges[position] = range;
	memory->count++;
}

/* Cuts the range at position into before, added and behind. */
static const char *memory_cut(struct hob_memory *memory, size_t position,
			      paddr_t start, uint64_t length)
{
	const struct hob_range whole = memory->ranges[position];
	const uint64_t before = start - whole.start;
	const uint64_t behind = whole.length - before - length;

	if (memory->count + 2 > HOB_RANGES_MAX)
		return "too many ranges of RAM";
	if (before)
		memory_insert(memory, position++, whole.start, before);
	if (behind)
		memory_insert(memory, position + 1, start + length, behind);
	memory->ranges[position].start = start;
	memory->ranges[position].length = length;
	memory->ranges[position].is_added = true;
	return NULL;
}

static const char *memory_add(struct hob_memory *memory,
			      const struct tdvf_section *section)
{
	for (size_t i = 0; i < memory->count; i++) {
		const struct hob_range *range = &memory->ranges[i];

		if (range_contains(range, section->address, section->size)) {
			if (range->is_added)
				break;
			return memory_cut(memory, i, section->address,
					  section->size);
		}
	}
	return "TD_HOB or TempMem section does not lie in one range of RAM";
}

/* A copied section changes nothing: QEMU leaves it out of the list. */
static const char *memory_check_copied(const struct hob_memory *memory,
				       const struct tdvf *tdvf,
				       const struct tdvf_section *section)
{
	const struct hob_range rom = { 4 * GIB - tdvf->image_size,
				       tdvf->image_size, true };

	if (range_contains(&rom, section->address, section->size))
		return NULL;
	for (size_t i = 0; i < memory->count; i++) {
		if (range_contains(&memory->ranges[i], section->address,
				   section->size))
			return NULL;
	}
	return "BFV or CFV section lies neither in RAM nor in the ROM";
}

const char *hob_memory_init(struct hob_memory *memory, uint64_t ram_size,
			    const struct tdvf *tdvf)
{
	const uint64_t low = hob_low_memory(ram_size);
	const char *reason = NULL;

	memory->count = 0;
	memory_insert(memory, 0, 0, low);
	if (ram_size > low)
		memory_insert(memory, 1, 4 * GIB, ram_size - low);
	for (size_t i = 0; i < tdvf->count && !reason; i++) {
		const struct tdvf_section *section = &tdvf->sections[i];

		reason = tdvf_section_is_copied(section) ?
				 memory_check_copied(memory, tdvf, section) :
				 memory_add(memory, section);
	}
	return reason;
}

static void *write_resource(void *to, const struct hob_range *range)
{
	const struct hob_resource resource = {
		.header = { HOB_TYPE_RESOURCE_DESCRIPTOR, sizeof(resource), 0 },
		.resource_type = range->is_added ?
					 HOB_RESOURCE_SYSTEM_MEMORY :
					 HOB_RESOURCE_MEMORY_UNACCEPTED,
		.resource_attributes = HOB_RESOURCE_ATTRIBUTES,
		.start = range->start,
		.length = range->length,
	};

	memcpy(to, &resource, sizeof(resource));
	return (uint8_t *)to + sizeof(resource);
}

size_t hob_build(const struct hob_memory *memory, paddr_t address, void *to,
		 size_t size)
{
	const struct hob_header end = { HOB_TYPE_END_OF_HOB_LIST, sizeof(end),
					0 };
	const size_t total = sizeof(struct hob_handoff) +
			     memory->count * sizeof(struct hob_resource) +
			     sizeof(end);
	const struct hob_handoff handoff = {
		.header = { HOB_TYPE_HANDOFF, sizeof(handoff), 0 },
		.version = HOB_HANDOFF_TABLE_VERSION,
		.end_of_hob_list = address + total,
	};

	if (total > size)
		return 0;
	memcpy(to, &handoff, sizeof(handoff));
	to = (uint8_t *)to + sizeof(handoff);
	for (size_t i = 0; i < memory->count; i++)
		to = write_resource(to, &memory->ranges[i]);
	memcpy(to, &end, sizeof(end));
	return total;
}
