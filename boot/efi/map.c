/* SPDX-License-Identifier: MIT */
/*
 * Translates the memory map, of which the firmware says neither that it is
 * sorted nor that it is short.
 */
#include "boot/efi/map.h"

#include <errno.h>
#include <string.h>

#include "boot/ranges.h"

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

static int add_descriptor(struct bootinfo *info,
			  const struct efi_map_descriptor *from,
			  paddr_t image_start, paddr_t image_end)
{
	struct bootinfo_range ram = { .start = from->start };

	if (!translate_type(from->type, &ram.type) ||
	    ram.start >= RANGES_GPA_LIMIT)
		return 0;
	if (ram.start & PAGE_MASK ||
	    from->num_pages > RANGES_GPA_LIMIT / PAGE_SIZE)
		return -EINVAL;
	ram.end = ram.start + min_u64(from->num_pages * PAGE_SIZE,
				      RANGES_GPA_LIMIT - ram.start);
	return ranges_add_ram(info, &ram, image_start, image_end);
}

int efi_map_translate(struct bootinfo *info, const struct efi_map *map,
		      paddr_t image_start, paddr_t image_end)
{
	int err = ranges_init(info, image_start, image_end);

	if (map->descriptor_size < sizeof(struct efi_map_descriptor))
		return -EINVAL;
	for (uint64_t at = 0; !err && map->size - at >= map->descriptor_size;
	     at += map->descriptor_size) {
		struct efi_map_descriptor descriptor;

		memcpy(&descriptor, map->descriptors + at, sizeof(descriptor));
		err = add_descriptor(info, &descriptor, image_start,
				     image_end);
	}
	return err;
}
