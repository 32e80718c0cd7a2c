/* SPDX-License-Identifier: MIT */
/*
 * The firmware's memory map in the kernel's terms. Without GNU-EFI's types,
 * so that it can be tested on the build machine.
 */
#ifndef BOOT_EFI_MAP_H
#define BOOT_EFI_MAP_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* UEFI, EFI_MEMORY_DESCRIPTOR. */
struct efi_map_descriptor {
	uint32_t type;
	uint32_t reserved;
	paddr_t start;
	uint64_t virtual_start;
	uint64_t num_pages;
	uint64_t attributes;
};
ASSERT_FIELD(struct efi_map_descriptor, type, 0, 4);
ASSERT_FIELD(struct efi_map_descriptor, start, 8, 8);
ASSERT_FIELD(struct efi_map_descriptor, num_pages, 24, 8);
ASSERT_SIZE(struct efi_map_descriptor, 40);

/* As GetMemoryMap() gives it; descriptor_size may exceed the structure's. */
struct efi_map {
	const uint8_t *descriptors;
	uint64_t size;
	uint64_t descriptor_size;
};

/*
 * Fills in info's ranges. [image_start, image_end), page aligned, becomes
 * BOOTINFO_KERNEL. Ranges that do not fit are left out: their memory is not
 * used. -EINVAL: descriptors overlap or make no sense.
 */
int must_check efi_map_translate(struct bootinfo *info,
				 const struct efi_map *map,
				 paddr_t image_start, paddr_t image_end);

#endif
