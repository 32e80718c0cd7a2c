/* SPDX-License-Identifier: MIT */
/*
 * The TD HOB: the list of hand-off blocks (PI specification, volume 3) by
 * which the host says what memory the TD has. Each word of it may be a lie;
 * nobody changes it while it is read.
 */
#ifndef BOOT_TDVF_HOB_H
#define BOOT_TDVF_HOB_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define HOB_TYPE_HANDOFF 1
#define HOB_TYPE_RESOURCE_DESCRIPTOR 3
#define HOB_TYPE_END_OF_HOB_LIST 0xFFFF

#define HOB_RESOURCE_SYSTEM_MEMORY 0
#define HOB_RESOURCE_MEMORY_UNACCEPTED 7

/* Memory beyond is not used: the page tables of firmware.S end here. */
#define HOB_MEMORY_END (512 * GIB)

/* What kernel/page.c wants in one piece for its first tables. */
#define HOB_MEMORY_MIN MIB

struct hob_header {
	uint16_t type;
	uint16_t length;	/* of the block, with this */
	uint32_t reserved;
};
ASSERT_FIELD(struct hob_header, type, 0, 2);
ASSERT_FIELD(struct hob_header, length, 2, 2);
ASSERT_SIZE(struct hob_header, 8);

struct hob_handoff {
	struct hob_header header;
	uint32_t version;
	uint32_t boot_mode;
	uint64_t unused_here[5];
};
ASSERT_SIZE(struct hob_handoff, 56);

struct hob_resource {
	struct hob_header header;
	uint8_t owner[16];
	uint32_t type;
	uint32_t attributes;
	uint64_t start;
	uint64_t length;
};
ASSERT_FIELD(struct hob_resource, type, 24, 4);
ASSERT_FIELD(struct hob_resource, start, 32, 8);
ASSERT_FIELD(struct hob_resource, length, 40, 8);
ASSERT_SIZE(struct hob_resource, 48);

/*
 * How many bytes come before the end block, all blocks checked: what
 * firmware measures. 0: the list does not begin with the hand-off block, a
 * length is wrong for its type or no multiple of 8, or the end is missing.
 */
size_t hob_size(const void *list, size_t limit);

/*
 * Fills in info's ranges, [image_start, image_end) as BOOTINFO_KERNEL, from a
 * list of which hob_size() has said size. What the host says it has added is
 * only kept out of the way, never used. -EINVAL: memory that is not page
 * aligned, reaches beyond 2^47 or is listed twice. -ENOMEM: no range has
 * memory enough for the kernel to start with.
 */
int must_check hob_translate(struct bootinfo *info, const void *list,
			     size_t size, paddr_t image_start,
			     paddr_t image_end);

#endif
