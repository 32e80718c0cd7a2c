/* SPDX-License-Identifier: MIT */
/* The list of memory in struct bootinfo, kept sorted by insertion. */
#include "boot/ranges.h"

#include <errno.h>
#include <string.h>

#define LOW_MEMORY_END MIB

/* Joins ranges at and at + 1 if they are neighbours of one type. */
static void try_join(struct bootinfo *info, unsigned int at)
{
	struct bootinfo_range *range = &info->ranges[at];

	if (at + 1 >= info->num_ranges || range[0].end != range[1].start ||
	    range[0].type != range[1].type)
		return;
	range[0].end = range[1].end;
	info->num_ranges--;
	memmove(range + 1, range + 2,
		(info->num_ranges - at - 1) * sizeof(*range));
}

int ranges_add(struct bootinfo *info, paddr_t start, paddr_t end,
	       enum bootinfo_memory type)
{
	unsigned int at = info->num_ranges;
	struct bootinfo_range *range;

	if (start >= end)
		return 0;
	while (at && info->ranges[at - 1].start >= start)
		at--;
	range = &info->ranges[at];
	if ((at && range[-1].end > start) ||
	    (at < info->num_ranges && range->start < end))
		return -EINVAL;
	if (at && range[-1].end == start && range[-1].type == type) {
		range[-1].end = end;
		try_join(info, at - 1);
		return 0;
	}
	if (info->num_ranges == BOOTINFO_RANGES)
		return 0;
	memmove(range + 1, range, (info->num_ranges - at) * sizeof(*range));
	info->num_ranges++;
	*range = (struct bootinfo_range){ start, end, type };
	try_join(info, at);
	return 0;
}

int ranges_init(struct bootinfo *info, paddr_t image_start, paddr_t image_end)
{
	info->num_ranges = 0;
	if (image_start >= image_end || image_start < LOW_MEMORY_END)
		return -EINVAL;
	return ranges_add(info, image_start, image_end, BOOTINFO_KERNEL);
}

/* Firmware, and later AP start-up code, owns all memory below 1 MiB. */
static int add_split(struct bootinfo *info, paddr_t start, paddr_t end,
		     enum bootinfo_memory type)
{
	int err = 0;

	if (start < LOW_MEMORY_END && type != BOOTINFO_UNACCEPTED)
		err = ranges_add(info, start, min_u64(end, LOW_MEMORY_END),
				 BOOTINFO_KEEP);
	if (err)
		return err;
	return ranges_add(info, max_u64(start, LOW_MEMORY_END), end, type);
}

int ranges_add_ram(struct bootinfo *info, const struct bootinfo_range *ram,
		   paddr_t image_start, paddr_t image_end)
{
	const int err = add_split(info, ram->start,
				  min_u64(ram->end, image_start), ram->type);

	if (err)
		return err;
	return add_split(info, max_u64(ram->start, image_end), ram->end,
			 ram->type);
}
