/* SPDX-License-Identifier: MIT */
/* The firmware's memory map in the kernel's terms. */
#ifndef BOOT_EFI_MAP_H
#define BOOT_EFI_MAP_H

#include <efi.h>

#include "boot/bootinfo.h"
#include "lib/compiler.h"

/* As GetMemoryMap() gives it; descriptor_size may exceed the structure's. */
struct efi_map {
	const uint8_t *descriptors;
	UINTN size;
	UINTN descriptor_size;
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
