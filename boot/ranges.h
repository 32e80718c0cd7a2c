/* SPDX-License-Identifier: MIT */
/*
 * The list of memory in struct bootinfo, while a boot path makes it: sorted,
 * page aligned, nothing twice, whatever order the descriptors come in.
 */
#ifndef BOOT_RANGES_H
#define BOOT_RANGES_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define RANGES_GPA_LIMIT BIT(47)	/* the lower of the two shared bits */

/* Empties the list but for the image, page aligned and above 1 MiB. */
int must_check ranges_init(struct bootinfo *info, paddr_t image_start,
			   paddr_t image_end);

/*
 * Adds [start, end), page aligned; neighbours of one type become one range.
 * A range that does not fit any more is left out: its memory is not used.
 * -EINVAL: part of it is on the list.
 */
int must_check ranges_add(struct bootinfo *info, paddr_t start, paddr_t end,
			  enum bootinfo_memory type);

/*
 * As ranges_add(), but leaves out the image, and memory below 1 MiB, where
 * a PC has other things than RAM and firmware has its own: KEEP, or nothing
 * at all if it is not accepted.
 */
int must_check ranges_add_ram(struct bootinfo *info,
			      const struct bootinfo_range *ram,
			      paddr_t image_start, paddr_t image_end);

#endif
