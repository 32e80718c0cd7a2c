/* SPDX-License-Identifier: MIT */
/*
 * Where the image that is its own firmware has its parts in the TD's memory,
 * besides its own pages right below 4 GiB. C and assembly.
 */
#ifndef BOOT_TDVF_LAYOUT_H
#define BOOT_TDVF_LAYOUT_H

/* The TD HOB: the only page that the host fills. Memory below 1 MiB is not
 * used otherwise. */
#define TDVF_HOB 0x10000
#define TDVF_HOB_SIZE 0x1000

/* The kernel: accepted page by page, copied there, relocated. */
#define TDVF_KERNEL 0x200000

/* What the kernel's image begins with (linker.ld, start.S). */
#define TDVF_TEXT 0x1000
#define TDVF_TEXT_SIZE 0x1008

#endif
