/* SPDX-License-Identifier: MIT */
/*
 * Translates the memory map: descriptors come in any order and there are many
 * of them; neighbours of one type become one range.
 */
#include "boot/efi/map.h"

#include <errno.h>
#include <string.h>

/* UEFI, EFI_MEMORY_TYPE. */
#define EFI_RESERVED_MEMORY_TYPE 0
#define EFI_LOADER_CODE 1
#define EFI_LOADER_DATA 2
#define EFI_BOOT_SERVICES_CODE 3
#define EFI_BOOT_SERVICES_DATA 4
#define EFI_RUNTIME_SERVICES_CODE 5
#define EFI_RUNTIME_SERVICES_DATA 6
#define EFI_CONVENTIONAL_MEMORY 7
#define EFI_ACPI_RECLAIM_MEMORY 9
#define EFI_ACPI_MEMORY_NVS 10
#define EFI_UNACCEPTED_MEMORY_TYPE 15

#define LOW_MEMORY_END MIB
#define GPA_LIMIT BIT(47)		/* the lower of the two shared bits */

/* False: no RAM, or none that may ever be touched. */
static bool translate_type(uint32_t efi, enum bootinfo_memory *type)
{
	switch (efi) {
	case EFI_CONVENTIONAL_MEMORY:
		*type = BOOTINFO_USABLE;
		return true;
	case EFI_LOADER_CODE:
	case EFI_LOADER_DATA:
	case EFI_BOOT_SERVICES_CODE:
	case EFI_BOOT_SERVICES_DATA:
		*type = BOOTINFO_RECLAIM;
		return true;
	case EFI_UNACCEPTED_MEMORY_TYPE:
		*type = BOOTINFO_UNACCEPTED;
		return true;
	case EFI_RESERVED_MEMORY_TYPE:
	case EFI_RUNTIME_SERVICES_CODE:
	case EFI_RUNTIME_SERVICES_DATA:
	case EFI_ACPI_RECLAIM_MEMORY:
	case EFI_ACPI_MEMORY_NVS:
		*type = BOOTINFO_KEEP;
		return true;
	default:
		return false;
	}
}

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

static int add_range(struct bootinfo *info, paddr_t start, paddr_t end,
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

/* Firmware, and later AP start-up code, owns all memory below 1 MiB. */
static int add_split(struct bootinfo *info, paddr_t start, paddr_t end,
		     enum bootinfo_memory type)
{
	int err = 0;

	if (start < LOW_MEMORY_END && type != BOOTINFO_UNACCEPTED)
		err = add_range(info, start, min_u64(end, LOW_MEMORY_END),
				BOOTINFO_KEEP);
	if (err)
		return err;
	return add_range(info, max_u64(start, LOW_MEMORY_END), end, type);
}

static int add_around_image(struct bootinfo *info,
			    const struct efi_map_descriptor *from,
			    paddr_t image_start, paddr_t image_end)
{
	const paddr_t start = from->start;
	const paddr_t limit = GPA_LIMIT - start;
	enum bootinfo_memory type;
	paddr_t end;
	int err;

	if (!translate_type(from->type, &type) || start >= GPA_LIMIT)
		return 0;
	if (start & PAGE_MASK || from->num_pages > GPA_LIMIT / PAGE_SIZE)
		return -EINVAL;
	end = start + min_u64(from->num_pages * PAGE_SIZE, limit);
	err = add_split(info, start, min_u64(end, image_start), type);
	if (err)
		return err;
	return add_split(info, max_u64(start, image_end), end, type);
}

int efi_map_translate(struct bootinfo *info, const struct efi_map *map,
		      paddr_t image_start, paddr_t image_end)
{
	int err;

	info->num_ranges = 0;
	if (map->descriptor_size < sizeof(struct efi_map_descriptor) ||
	    image_start >= image_end || image_start < LOW_MEMORY_END)
		return -EINVAL;
	err = add_range(info, image_start, image_end, BOOTINFO_KERNEL);
	for (uint64_t at = 0; !err && map->size - at >= map->descriptor_size;
	     at += map->descriptor_size) {
		struct efi_map_descriptor descriptor;

		memcpy(&descriptor, map->descriptors + at, sizeof(descriptor));
		err = add_around_image(info, &descriptor, image_start,
				       image_end);
	}
	return err;
}
