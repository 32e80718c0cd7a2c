/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/hob: lists for OVMF 2025.02 against digests made by another
 * implementation and against ranges typed by hand, the split of RAM of a q35
 * machine, and the firmware that QEMU would not start.
 */
#include "tests/unit/expect.h"

#include "emu/vmm/hob.h"
#include "lib/sha384.h"

struct expected {
	uint32_t type;
	uint64_t start;
	uint64_t length;
};

static const struct tdvf ovmf = {
	.sections = {
		{ 0x84000, 0x37c000, 0xffc84000, 0x37c000, 0, 1 },
		{ 0, 0x84000, 0xffc00000, 0x84000, 1, 0 },
		{ 0, 0, 0x811000, 0xf000, 3, 0 },
		{ 0, 0, 0x80b000, 0x2000, 3, 0 },
		{ 0, 0, 0x809000, 0x2000, 2, 0 },
		{ 0, 0, 0x800000, 0x6000, 3, 0 },
	},
	.count = 6,
	.image_size = 0x400000,
};

static const struct expected low[] = {
	{ 7, 0, 0x800000 },	    { 0, 0x800000, 0x6000 },
	{ 7, 0x806000, 0x3000 },    { 0, 0x809000, 0x2000 },
	{ 0, 0x80b000, 0x2000 },    { 7, 0x80d000, 0x4000 },
	{ 0, 0x811000, 0xf000 },
};

static uint64_t get(const uint8_t *at, size_t width)
{
	uint64_t value = 0;

	for (size_t i = width; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

static void expect_resource(const uint8_t *at, const struct expected *want)
{
	static const uint8_t no_owner[16];

	expect_u64(get(at, 2), 3, "HOB type");
	expect_u64(get(at + 2, 2), 48, "HOB length");
	expect_u64(get(at + 4, 4), 0, "HOB reserved");
	expect_bytes(at + 8, no_owner, sizeof(no_owner), "owner");
	expect_u64(get(at + 24, 4), want->type, "resource type");
	expect_u64(get(at + 28, 4), 7, "resource attribute");
	expect_u64(get(at + 32, 8), want->start, "start");
	expect_u64(get(at + 40, 8), want->length, "length");
}

static void expect_handoff(const uint8_t *at, uint64_t end)
{
	static const uint8_t zero[32];

	expect_u64(get(at, 2), 1, "PHIT type");
	expect_u64(get(at + 2, 2), 56, "PHIT length");
	expect_u64(get(at + 4, 4), 0, "PHIT reserved");
	expect_u64(get(at + 8, 4), 9, "PHIT version");
	expect_u64(get(at + 12, 4), 0, "boot mode");
	expect_bytes(at + 16, zero, sizeof(zero), "memory and free memory");
	expect_u64(get(at + 48, 8), end, "EfiEndOfHobList");
}

/* The list for OVMF with so much RAM, in a buffer of exactly its size. */
static void check_list(uint64_t ram, size_t bytes, uint64_t end,
		       const char *sha384)
{
	uint8_t *list = malloc(bytes);
	uint8_t digest[SHA384_SIZE];
	struct hob_memory memory;
	const size_t count = sizeof(low) / sizeof(low[0]);
	const bool has_high = ram >= 0xb0000000;
	const uint64_t low_end = has_high ? 0x80000000 : ram;
	const struct expected rest[] = {
		{ 7, 0x820000, low_end - 0x820000 },
		{ 7, 0x100000000, ram - low_end },
	};

	if (!list)
		abort();
	expect_true(!hob_memory_init(&memory, ram, &ovmf), "RAM for OVMF");
	expect_u64(hob_build(&memory, 0x809000, list, bytes - 1), 0,
		   "a list that does not fit");
	if (expect_u64(hob_build(&memory, 0x809000, list, bytes), bytes,
		       "size of the list")) {
		expect_handoff(list, end);
		for (size_t i = 0; i < count; i++)
			expect_resource(list + 56 + 48 * i, &low[i]);
		for (size_t i = 0; i < 1 + (size_t)has_high; i++)
			expect_resource(list + 56 + 48 * (count + i), &rest[i]);
		expect_u64(get(list + bytes - 8, 8), 0x8ffff, "end block");
		if (sha384) {
			sha384_digest(list, bytes - 8, digest);
			expect_hex(digest, sizeof(digest), sha384, "the list");
		}
	}
	free(list);
}

static void check_ovmf(void)
{
	check_list(0x80000000, 448, 0x8091c0,
		   "0e35f1b315ba6c912cf791e5c79dd9d3a2b8704516aa27d4"
		   "e5aa78fb09ede04aef2bbd02ac7a8734c48562b9c26ba35d");
	check_list(0x100000000, 496, 0x8091f0,
		   "02a008e63d55a77823c04a5513a5810d4e592dc41bf25962"
		   "67c09eae5d4b4e3b329ae614973fb192297d8833d37a08fd");
	check_list(0x8000000, 448, 0x8091c0, NULL);
	check_list(0xafffffff & ~UINT64_C(0xfff), 448, 0x8091c0, NULL);
	check_list(0xb0000000, 496, 0x8091f0, NULL);
	check_list(UINT64_C(0x1000000000), 496, 0x8091f0, NULL);
}

struct placement {
	struct tdvf_section section;
	uint64_t ram;
	size_t ranges; /* 0: refused */
	const char *what;
};

/* Beside a TD_HOB of one page at 1 MiB; the image has 1 MiB. */
static const struct placement placements[] = {
	{ { 0, 0, 0, 0x1000, 3, 0 }, 0x800000, 4, "at the start of RAM" },
	{ { 0, 0, 0x7ff000, 0x1000, 3, 0 }, 0x800000, 4, "at its end" },
	{ { 0, 0, 0x7ff000, 0x2000, 3, 0 }, 0x800000, 0, "across its end" },
	{ { 0, 0, 0x800000, 0x1000, 3, 0 }, 0x800000, 0, "behind its end" },
	{ { 0, 0, 0x100000, 0x1000, 3, 0 }, 0x800000, 0, "on the TD_HOB" },
	{ { 0, 0, 0xff000, 0x2000, 3, 0 }, 0x800000, 0, "into the TD_HOB" },
	{ { 0, 0, 0xff000, 0x1000, 3, 0 }, 0x800000, 4, "before the TD_HOB" },
	{ { 0, 0, 0x101000, 0x1000, 3, 0 }, 0x800000, 4, "after the TD_HOB" },
	{ { 0, 0, 0xfff00000, 0x1000, 3, 0 }, 0x800000, 0, "in the ROM" },
	{ { 0, 0, 0x80000000, 0x1000, 3, 0 }, 0x100000000, 0, "in the hole" },
	{ { 0, 0, 0x100000000, 0x1000, 3, 0 }, 0x100000000, 5, "above 4 GiB" },
	{ { 0, 0, 0x17ffff000, 0x1000, 3, 0 }, 0x100000000, 5, "high end" },
	{ { 0, 0, 0x180000000, 0x1000, 3, 0 }, 0x100000000, 0, "too high" },
	{ { 0, 0, 0x7ffffffff000, 0x1000, 3, 0 }, 0x800000, 0, "far away" },
	{ { 0, 1, 0xfff00000, 0x100000, 0, 1 }, 0x800000, 3, "BFV in ROM" },
	{ { 0, 1, 0x200000, 0x100000, 0, 1 }, 0x800000, 3, "BFV in RAM" },
	{ { 0, 1, 0xffeff000, 0x1000, 1, 0 }, 0x800000, 0, "CFV below ROM" },
	{ { 0, 1, 0xfffff000, 0x2000, 1, 0 }, 0x800000, 0, "CFV above ROM" },
	{ { 0, 1, 0x7ff000, 0x2000, 1, 0 }, 0x800000, 0, "CFV across RAM" },
};

static void check_placement(const struct placement *placement)
{
	struct tdvf tdvf = {
		.sections = { { 0, 0, 0x100000, 0x1000, 2, 0 } },
		.count = 2,
		.image_size = 0x100000,
	};
	struct hob_memory memory;
	const char *reason;
	uint64_t next = 0;

	tdvf.sections[1] = placement->section;
	reason = hob_memory_init(&memory, placement->ram, &tdvf);
	if (!placement->ranges) {
		expect_true(reason != NULL, placement->what);
		return;
	}
	if (!expect_true(!reason, placement->what))
		return;
	expect_u64(memory.count, placement->ranges, placement->what);
	for (size_t i = 0; i < memory.count; i++) {
		if (memory.ranges[i].start == 0x100000000)
			next = 0x100000000;
		expect_u64(memory.ranges[i].start, next, "no gap");
		expect_true(memory.ranges[i].length != 0, "not empty");
		next += memory.ranges[i].length;
	}
	expect_u64(next, placement->ram <= 0x80000000 ?
				 placement->ram :
				 0x80000000 + placement->ram,
		   "end of RAM");
}

/* The most ranges that a parsed image can make. */
static void check_most_ranges(void)
{
	struct tdvf tdvf = { .count = TDVF_SECTIONS_MAX,
			     .image_size = 0x100000 };
	static uint8_t list[64 + 48 * HOB_RANGES_MAX];
	struct hob_memory memory;

	for (size_t i = 0; i < TDVF_SECTIONS_MAX; i++) {
		struct tdvf_section *section = &tdvf.sections[i];

		section->type = i ? 3 : 2;
		section->address = 0x100000 + 0x2000 * i;
		section->size = 0x1000;
	}
	expect_true(!hob_memory_init(&memory, 0x100000000, &tdvf),
		    "most ranges");
	expect_u64(memory.count, HOB_RANGES_MAX, "most ranges");
	expect_u64(hob_build(&memory, 0x100000, list, sizeof(list)),
		   sizeof(list), "longest list");
}

int main(void)
{
	expect_u64(hob_low_memory(0xaffff000), 0xaffff000, "low RAM");
	expect_u64(hob_low_memory(0xb0000000), 0x80000000, "split RAM");
	check_ovmf();
	for (size_t i = 0; i < sizeof(placements) / sizeof(placements[0]); i++)
		check_placement(&placements[i]);
	check_most_ranges();
	return expect_result("hob");
}
