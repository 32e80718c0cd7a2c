/* SPDX-License-Identifier: MIT */
/*
 * Test of the reader of the TD HOB: QEMU's list, lists that are wrong in one
 * way, and half a million that are wrong at random.
 * Links: boot/tdvf/hob.c boot/ranges.c
 */
#include "boot/tdvf/hob.h"

#include <errno.h>

#include "lib/sha384.h"
#include "tests/unit/expect.h"

#define IMAGE_START UINT64_C(0x200000)
#define IMAGE_END UINT64_C(0x3AC000)
#define LIST_MAX 0x40000
#define REFUSED ((uint64_t)-EINVAL)

static struct bootinfo info;

/* Allocated to the byte, so that a reader that goes too far is seen. */
static uint8_t *list;
static size_t size;

static void put(const void *block, size_t length)
{
	list = realloc(list, size + length);
	memcpy(list + size, block, length);
	size += length;
}

static void put_header(uint16_t type, uint16_t length)
{
	const struct hob_header header = { type, length, 0 };

	put(&header, sizeof(header));
}

static void begin(void)
{
	const struct hob_handoff handoff = {
		.header = { HOB_TYPE_HANDOFF, 56, 0 },
		.version = 9,
		.unused_here = { 0, 0, 0, 0, 0x8091C0 },
	};

	size = 0;
	put(&handoff, sizeof(handoff));
}

static void put_memory(uint32_t type, uint64_t start, uint64_t length)
{
	const struct hob_resource resource = {
		.header = { HOB_TYPE_RESOURCE_DESCRIPTOR, 48, 0 },
		.type = type,
		.attributes = 7,
		.start = start,
		.length = length,
	};

	put(&resource, sizeof(resource));
}

static void end(void)
{
	put_header(HOB_TYPE_END_OF_HOB_LIST, 8);
}

static int translate(void)
{
	const size_t used = hob_size(list, size);

	if (!used)
		return -ENOENT;
	return hob_translate(&info, list, used, IMAGE_START, IMAGE_END);
}

static void expect_range(unsigned int index, paddr_t start, paddr_t stop,
			 enum bootinfo_memory type)
{
	const struct bootinfo_range *range = &info.ranges[index];

	if (!expect_true(index < info.num_ranges, "range is there"))
		return;
	expect_u64(range->start, start, "start");
	expect_u64(range->end, stop, "end");
	expect_u64(range->type, type, "type");
}

/* What QEMU gives OVMF 2025.02 in 2 GiB; the digest is another program's. */
static void test_qemu(void)
{
	uint8_t digest[SHA384_SIZE];

	begin();
	put_memory(7, 0, 0x800000);
	put_memory(0, 0x800000, 0x6000);
	put_memory(7, 0x806000, 0x3000);
	put_memory(0, 0x809000, 0x2000);
	put_memory(0, 0x80B000, 0x2000);
	put_memory(7, 0x80D000, 0x4000);
	put_memory(0, 0x811000, 0xF000);
	put_memory(7, 0x820000, 0x80000000 - 0x820000);
	end();
	expect_u64(size, 448, "QEMU's list");
	expect_u64(hob_size(list, size), 440, "bytes before the end");
	sha384_digest(list, hob_size(list, size), digest);
	expect_hex(digest, sizeof(digest),
		   "0e35f1b315ba6c912cf791e5c79dd9d3a2b8704516aa27d4"
		   "e5aa78fb09ede04aef2bbd02ac7a8734c48562b9c26ba35d",
		   "what is measured");
	expect_u64((uint64_t)translate(), 0, "QEMU's list");
	expect_u64(info.num_ranges, 9, "ranges");
	expect_range(0, 0x100000, IMAGE_START, BOOTINFO_UNACCEPTED);
	expect_range(1, IMAGE_START, IMAGE_END, BOOTINFO_KERNEL);
	expect_range(2, IMAGE_END, 0x800000, BOOTINFO_UNACCEPTED);
	expect_range(3, 0x800000, 0x806000, BOOTINFO_KEEP);
	expect_range(5, 0x809000, 0x80D000, BOOTINFO_KEEP);
	expect_range(8, 0x820000, 0x80000000, BOOTINFO_UNACCEPTED);
}

/* What QEMU gives this firmware in 4 GiB, in the wrong order. */
static void test_own(void)
{
	begin();
	put_memory(7, 0x100000000, 0x80000000);
	put_memory(7, 0x11000, 0x80000000 - 0x11000);
	put_memory(0, 0x10000, 0x1000);
	put_memory(7, 0, 0x10000);
	end();
	expect_u64((uint64_t)translate(), 0, "own list");
	expect_u64(info.num_ranges, 5, "ranges");
	expect_range(0, 0x10000, 0x11000, BOOTINFO_KEEP);
	expect_range(1, 0x100000, IMAGE_START, BOOTINFO_UNACCEPTED);
	expect_range(2, IMAGE_START, IMAGE_END, BOOTINFO_KERNEL);
	expect_range(3, IMAGE_END, 0x80000000, BOOTINFO_UNACCEPTED);
	expect_range(4, 0x100000000, 0x180000000, BOOTINFO_UNACCEPTED);
}

/* Blocks that we know nothing of, and resources that are no memory. */
static void test_others(void)
{
	const uint64_t data[4] = { 0 };

	begin();
	put_header(4, 40);
	put(data, sizeof(data));
	put_memory(1, 0xC0000000, 0x20000000);
	put_memory(5, 1, UINT64_MAX);
	put_memory(7, 0x1000000, 0);
	put_memory(UINT32_MAX, 0x300, 0x500);
	put_header(6, 8);
	end();
	expect_u64((uint64_t)translate(), (uint64_t)-ENOMEM, "no memory");
	expect_u64(info.num_ranges, 1, "other blocks: ranges");
}

static void expect_no_list(const char *what)
{
	expect_u64(hob_size(list, size), 0, what);
}

/* One bad block; whoever believes its length finds an end behind it. */
static void put_lone(uint16_t type, uint16_t length, const char *what)
{
	const uint8_t zeros[72] = { 0 };

	begin();
	put_header(type, length);
	if (length > 8)
		put(zeros, min_u64(length - 8U, sizeof(zeros)));
	end();
	expect_no_list(what);
}

static void test_no_list(void)
{
	size = 0;
	expect_u64(hob_size(list, 0), 0, "nothing");
	put_header(HOB_TYPE_END_OF_HOB_LIST, 8);
	expect_no_list("nothing but an end");
	size = 0;
	put_memory(7, 0, 0x1000);
	end();
	expect_no_list("no hand-off block");
	begin();
	expect_no_list("no end");
	put_header(HOB_TYPE_HANDOFF, 56);
	put((const uint8_t[48]){ 0 }, 48);
	end();
	expect_no_list("two hand-off blocks");
	put_lone(4, 0, "length 0");
	put_lone(4, 7, "length 7");
	put_lone(4, 12, "length 12");
	put_lone(4, 73, "length not aligned");
	put_lone(4, 0xFFF8, "length beyond the end");
	put_lone(HOB_TYPE_RESOURCE_DESCRIPTOR, 40, "resource too short");
	put_lone(HOB_TYPE_RESOURCE_DESCRIPTOR, 56, "resource too long");
	put_lone(HOB_TYPE_RESOURCE_DESCRIPTOR, 0, "resource of nothing");
	put_lone(HOB_TYPE_END_OF_HOB_LIST, 0, "end of nothing");
	put_lone(HOB_TYPE_END_OF_HOB_LIST, 16, "end too long");
}

/* However much of a list is there, no byte more is read. */
static void test_cut(void)
{
	uint8_t *whole;
	size_t whole_size;

	begin();
	put_memory(7, 0x400000, 0x1000);
	put_memory(7, 0x500000, 0x1000);
	end();
	whole = list;
	whole_size = size;
	list = NULL;
	for (size_t cut = 0; cut < whole_size; cut++) {
		size = 0;
		put(whole, cut);
		expect_no_list("a list that was cut");
	}
	free(whole);
}

static void expect_refused(uint32_t type, uint64_t start, uint64_t length,
			   const char *what)
{
	begin();
	put_memory(7, 0x1000000, 0x100000);
	put_memory(type, start, length);
	end();
	expect_u64((uint64_t)translate(), REFUSED, what);
}

static void test_bad_memory(void)
{
	expect_refused(7, 0x2000800, 0x1000, "start not aligned");
	expect_refused(7, 0x2000000, 0x1001, "length not aligned");
	expect_refused(0, 0x2000000, 1, "length 1");
	expect_refused(7, 0x2000000, 0xFFFFFFFFFF000000, "wraps");
	expect_refused(7, 0xFFFFFFFFFFFFF000, 0x1000, "wraps to 0");
	expect_refused(7, 0x2000000, BIT(47), "reaches the shared bit");
	expect_refused(7, BIT(47), 0x1000, "has the shared bit");
	expect_refused(0, BIT(51), 0x1000, "has the other shared bit");
	expect_refused(7, 0x1000000, 0x100000, "twice");
	expect_refused(0, 0x10FF000, 0x1000, "the last page twice");
	expect_refused(7, 0xFFF000, 0x2000, "overlaps from below");
	expect_refused(7, 0x400000, 0x2000000, "overlaps on both sides");
	begin();
	put_memory(7, 0x400000, BIT(47) - 0x400000);
	put_memory(7, BIT(47), 0);
	end();
	expect_u64((uint64_t)translate(), 0, "up to the shared bit");
	expect_u64(info.num_ranges, 2, "up to the shared bit");
	expect_range(1, 0x400000, 512 * GIB, BOOTINFO_UNACCEPTED);
	begin();
	put_memory(7, 512 * GIB, GIB);
	put_memory(7, 600 * GIB, GIB);
	end();
	expect_u64((uint64_t)translate(), (uint64_t)-ENOMEM,
		   "beyond what is mapped");
	expect_u64(info.num_ranges, 1, "beyond what is mapped");
	begin();
	put_memory(7, IMAGE_START + 0x1000, 0x1000);
	put_memory(7, 0x1000000, MIB - PAGE_SIZE);
	end();
	expect_u64((uint64_t)translate(), (uint64_t)-ENOMEM, "too little");
	expect_u64(info.num_ranges, 2, "inside of the image");
	begin();
	put_memory(7, 0x1000000, MIB);
	end();
	expect_u64((uint64_t)translate(), 0, "enough");
}

static void test_thousands(void)
{
	begin();
	put_memory(7, 0x1000000, MIB);
	for (uint64_t i = 0; i < 5000; i++)
		put_memory(i % 2 ? 7 : 0, 0x10000000 + i * 0x2000, 0x1000);
	expect_true(size < LIST_MAX, "5000 fit");
	end();
	expect_u64((uint64_t)translate(), 0, "5000 ranges");
	expect_u64(info.num_ranges, BOOTINFO_RANGES, "5000 ranges");
	begin();
	for (uint64_t i = 5000; i-- > 0;)
		put_memory(7, 0x10000000 + i * 0x1000, 0x1000);
	end();
	expect_u64((uint64_t)translate(), 0, "5000 neighbours");
	expect_u64(info.num_ranges, 2, "5000 neighbours");
	expect_range(1, 0x10000000, 0x10000000 + 5000 * 0x1000,
		     BOOTINFO_UNACCEPTED);
}

static uint64_t random_number(void)
{
	static uint64_t state = 0x9E3779B97F4A7C15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Whatever was believed, the kernel can live with it. */
static bool is_sound(void)
{
	unsigned int kernels = 0;

	for (unsigned int i = 0; i < info.num_ranges; i++) {
		const struct bootinfo_range *range = &info.ranges[i];

		if (range->start >= range->end || range->end > 512 * GIB ||
		    (range->start | range->end) & PAGE_MASK ||
		    (i && range[-1].end > range->start) ||
		    (range->type == BOOTINFO_UNACCEPTED &&
		     range->start < MIB))
			return false;
		kernels += range->type == BOOTINFO_KERNEL;
	}
	return kernels == 1;
}

static void test_random(void)
{
	unsigned int believed = 0;
	bool is_good = true;

	for (int i = 0; i < 500000; i++) {
		begin();
		for (uint64_t n = random_number() % 6; n; n--)
			put_memory((uint32_t)(random_number() % 9),
				   random_number() % 0x4000 * 0x1000,
				   random_number() % 0x1000 * 0x1000);
		end();
		for (uint64_t n = random_number() % 5; n; n--)
			list[random_number() % size] ^=
				(uint8_t)BIT(random_number() % 8);
		if (!translate()) {
			believed++;
			is_good = is_good && is_sound();
		}
	}
	expect_true(is_good, "what was believed of random lists is sound");
	expect_true(believed > 1000, "some random lists are believed");
	printf("%u random lists were believed\n", believed);
}

int main(void)
{
	test_qemu();
	test_own();
	test_others();
	test_no_list();
	test_cut();
	test_bad_memory();
	test_thousands();
	test_random();
	free(list);
	return expect_result("tdvf_hob");
}
