/* SPDX-License-Identifier: MIT */
/*
 * The list of hand-off blocks (PI specification, volume 3) that tells a TD's
 * firmware what memory it has, byte for byte as QEMU writes it: one resource
 * descriptor for each range of RAM, in ascending order; what the host added
 * before the start is system memory, all else is unaccepted.
 */
#ifndef EMU_VMM_HOB_H
#define EMU_VMM_HOB_H

#include "emu/vmm/tdvf.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define HOB_TYPE_HANDOFF 1
#define HOB_TYPE_RESOURCE_DESCRIPTOR 3
#define HOB_TYPE_END_OF_HOB_LIST 0xffff
#define HOB_HANDOFF_TABLE_VERSION 9

#define HOB_RESOURCE_SYSTEM_MEMORY 0
#define HOB_RESOURCE_MEMORY_UNACCEPTED 7
#define HOB_RESOURCE_ATTRIBUTES 7 /* present, initialized, tested */

struct hob_header {
	uint16_t type;
	uint16_t length;
	uint32_t reserved;
};

ASSERT_FIELD(struct hob_header, type, 0, 2);
ASSERT_FIELD(struct hob_header, length, 2, 2);
ASSERT_FIELD(struct hob_header, reserved, 4, 4);
ASSERT_SIZE(struct hob_header, 8);

struct hob_handoff {
	struct hob_header header;
	uint32_t version;
	uint32_t boot_mode;
	uint64_t memory_top;
	uint64_t memory_bottom;
	uint64_t free_memory_top;
	uint64_t free_memory_bottom;
	uint64_t end_of_hob_list;
};

ASSERT_FIELD(struct hob_handoff, version, 8, 4);
ASSERT_FIELD(struct hob_handoff, boot_mode, 12, 4);
ASSERT_FIELD(struct hob_handoff, memory_top, 16, 8);
ASSERT_FIELD(struct hob_handoff, memory_bottom, 24, 8);
ASSERT_FIELD(struct hob_handoff, free_memory_top, 32, 8);
ASSERT_FIELD(struct hob_handoff, free_memory_bottom, 40, 8);
ASSERT_FIELD(struct hob_handoff, end_of_hob_list, 48, 8);
ASSERT_SIZE(struct hob_handoff, 56);

struct hob_resource {
	struct hob_header header;
	uint8_t owner[16];
	uint32_t resource_type;
	uint32_t resource_attributes;
	uint64_t start;
	uint64_t length;
};

ASSERT_FIELD(struct hob_resource, owner, 8, 16);
ASSERT_FIELD(struct hob_resource, resource_type, 24, 4);
ASSERT_FIELD(struct hob_resource, resource_attributes, 28, 4);
ASSERT_FIELD(struct hob_resource, start, 32, 8);
ASSERT_FIELD(struct hob_resource, length, 40, 8);
ASSERT_SIZE(struct hob_resource, 48);

struct hob_range {
	paddr_t start;
	uint64_t length;
	bool is_added;
};

/* A section cuts one range in three at most. */
#define HOB_RANGES_MAX (2 + 2 * TDVF_SECTIONS_MAX)

/* RAM in ascending order, without gaps between what was cut. */
struct hob_memory {
	struct hob_range ranges[HOB_RANGES_MAX];
	size_t count;
};

/* Bytes of RAM below 4 GiB on QEMU's q35 machine; the rest starts at 4 GiB. */
uint64_t hob_low_memory(uint64_t ram_size);

/*
 * RAM of a q35 machine cut at the TD_HOB and TempMem sections, which the host
 * adds to the TD. NULL, or why QEMU would not start: such a section does not
 * lie wholly in RAM that nothing else was added to, or a BFV or CFV section
 * lies neither wholly in RAM nor wholly in the ROM below 4 GiB.
 */
must_check const char *hob_memory_init(struct hob_memory *memory,
				       uint64_t ram_size,
				       const struct tdvf *tdvf);

/*
 * Writes the list as it must lie at the guest's address. The number of bytes
 * with the end block, or 0 when they are more than size.
 */
must_check size_t hob_build(const struct hob_memory *memory, paddr_t address,
			    void *to, size_t size);

#endif
