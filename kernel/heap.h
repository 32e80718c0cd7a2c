/* SPDX-License-Identifier: MIT */
/*
 * malloc() and its relatives (<stdlib.h>, <malloc.h>) for threads; there is
 * no limit but memory, and 1 GiB for a block. Blocks are not pages of their
 * own: what the TDX module or a device reads comes from kernel/page.h.
 */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

#include "lib/types.h"

/* Bytes in blocks that are allocated, as their size classes have it. */
size_t heap_count_used(void);

#endif
