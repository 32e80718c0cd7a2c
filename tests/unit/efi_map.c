/* SPDX-License-Identifier: MIT */
/*
 * boot/efi/map: memory maps as firmware gives them, in any order, and what
 * the kernel makes of them; maps that make no sense are refused.
 * Links: boot/efi/map.c boot/ranges.c
 */
#include "tests/unit/expect.h"

#include <errno.h>

#include "boot/efi/map.h"

#define IMAGE_START 0x7000000
#define IMAGE_END 0x7020000
#define STRIDE 48	/* EDK2's: larger than the structure */

static uint8_t buffer[STRIDE * 600];
static uint64_t num_descriptors;
static struct bootinfo info;

static void add(uint32_t type, paddr_t start, uint64_t num_pages)
{
	const struct efi_map_descriptor descriptor = {
		.type = type,
		.start = start,
		.num_pages = num_pages,
	};

	memset(buffer + STRIDE * num_descriptors, 0xEE, STRIDE);
	memcpy(buffer + STRIDE * num_descriptors, &descriptor,
	       sizeof(descriptor));
	num_descriptors++;
}

static int translate(void)
{
	const struct efi_map map = {
		.descriptors = buffer,
		.size = num_descriptors * STRIDE,
		.descriptor_size = STRIDE,
	};
	const int err = efi_map_translate(&info, &map, IMAGE_START, IMAGE_END);

	num_descriptors = 0;
	return err;
}

static void expect_range(unsigned int i, paddr_t start, paddr_t end,
			 enum bootinfo_memory type)
{
	char what[32];

	snprintf(what, sizeof(what), "range %u", i);
	if (!expect_true(i < info.num_ranges, what))
		return;
	expect_u64(info.ranges[i].start, start, what);
	expect_u64(info.ranges[i].end, end, what);
	expect_u64(info.ranges[i].type, type, what);
}

/* Every type, out of order, around an image inside of loader code. */
static void test_types(void)
{
	add(15, 0x100000000, 0x10000);		/* unaccepted */
	add(7, 0x100000, 0x700);		/* conventional */
	add(3, 0, 0xA0);			/* boot code below 1 MiB */
	add(1, 0x6F00000, 0x200);		/* loader code: the image */
	add(11, 0xE0000000, 0x10000);		/* MMIO: no RAM */
	add(4, 0x7100000, 0x100);		/* boot data */
	add(9, 0x7200000, 1);			/* ACPI tables */
	add(10, 0x7201000, 1);			/* ACPI NVS */
	add(0, 0x7202000, 1);			/* reserved */
	add(5, 0x7203000, 1);			/* runtime code */
	add(6, 0x7204000, 1);			/* runtime data */
	add(2, 0x7205000, 1);			/* loader data */
	add(8, 0x7206000, 1);			/* unusable */
	add(14, 0x7207000, 1);			/* persistent */
	add(7, 0x800000, 0x6700);		/* joins the first */
	expect_u64((uint64_t)translate(), 0, "types");
	expect_u64(info.num_ranges, 8, "ranges");
	expect_range(0, 0, 0xA0000, BOOTINFO_KEEP);
	expect_range(1, 0x100000, 0x6F00000, BOOTINFO_USABLE);
	expect_range(2, 0x6F00000, IMAGE_START, BOOTINFO_RECLAIM);
	expect_range(3, IMAGE_START, IMAGE_END, BOOTINFO_KERNEL);
	expect_range(4, IMAGE_END, 0x7200000, BOOTINFO_RECLAIM);
	expect_range(5, 0x7200000, 0x7205000, BOOTINFO_KEEP);
	expect_range(6, 0x7205000, 0x7206000, BOOTINFO_RECLAIM);
	expect_range(7, 0x100000000, 0x110000000, BOOTINFO_UNACCEPTED);
}

/* Low memory stays the firmware's; unaccepted there is not touched at all. */
static void test_low_memory(void)
{
	add(7, 0x80000, 0x100);
	expect_u64((uint64_t)translate(), 0, "across 1 MiB");
	expect_range(0, 0x80000, 0x100000, BOOTINFO_KEEP);
	expect_range(1, 0x100000, 0x180000, BOOTINFO_USABLE);
	add(15, 0, 0x200);
	expect_u64((uint64_t)translate(), 0, "unaccepted across 1 MiB");
	expect_range(0, 0x100000, 0x200000, BOOTINFO_UNACCEPTED);
}

/* Addresses that could carry a shared bit are cut off. */
static void test_limits(void)
{
	add(7, BIT(47) - 0x10000, 0x100);
	add(7, BIT(48), 0x100);
	expect_u64((uint64_t)translate(), 0, "beyond the limit");
	expect_range(1, BIT(47) - 0x10000, BIT(47), BOOTINFO_USABLE);
	expect_u64(info.num_ranges, 2, "beyond the limit: ranges");
}

static void test_nonsense(void)
{
	const uint64_t refused = (uint64_t)-EINVAL;
	struct efi_map map = { buffer, 0, 39 };

	add(7, 0x200000, 0x100);
	add(7, 0x280000, 0x100);
	expect_u64((uint64_t)translate(), refused, "overlap");
	add(7, 0x280000, 0x100);
	add(9, 0x200000, 0x81);
	expect_u64((uint64_t)translate(), refused, "overlap from below");
	add(7, 0x200800, 1);
	expect_u64((uint64_t)translate(), refused, "not page aligned");
	add(7, 0x200000, UINT64_MAX / PAGE_SIZE);
	expect_u64((uint64_t)translate(), refused, "too large");
	add(7, 0x200000, UINT64_MAX);
	expect_u64((uint64_t)translate(), refused, "size overflows");
	expect_u64((uint64_t)efi_map_translate(&info, &map, IMAGE_START,
					       IMAGE_END),
		   refused, "descriptor too small");
	map.descriptor_size = sizeof(struct efi_map_descriptor);
	expect_u64((uint64_t)efi_map_translate(&info, &map, IMAGE_START,
					       IMAGE_END),
		   0, "descriptor just large enough");
}

/* Of an empty map, so that nothing else can be wrong. */
static void test_image(void)
{
	static const struct {
		paddr_t start, end;
		int want;
	} images[] = {
		{ IMAGE_START, IMAGE_END, 0 },
		{ IMAGE_END, IMAGE_START, -EINVAL },
		{ IMAGE_START, IMAGE_START, -EINVAL },
		{ MIB, MIB + PAGE_SIZE, 0 },
		{ MIB - PAGE_SIZE, MIB + PAGE_SIZE, -EINVAL },
	};
	const struct efi_map map = { buffer, 0, STRIDE };

	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		expect_u64((uint64_t)efi_map_translate(&info, &map,
						       images[i].start,
						       images[i].end),
			   (uint64_t)images[i].want, "place of the image");
}

/* More ranges than there is room for: the rest is not used. */
static void test_too_many(void)
{
	for (uint64_t i = 0; i < 500; i++)
		add(i % 2 ? 7 : 9, 0x10000000 + i * 0x2000, 1);
	expect_u64((uint64_t)translate(), 0, "500 ranges");
	expect_u64(info.num_ranges, BOOTINFO_RANGES, "500 ranges");
	for (unsigned int i = 1; i < info.num_ranges; i++)
		expect_true(info.ranges[i - 1].end <= info.ranges[i].start,
			    "ascending");
	/* Neighbours of one type need no room, from whichever side. */
	for (uint64_t i = 500; i-- > 0;)
		add(7, 0x10000000 + i * 0x1000, 1);
	expect_u64((uint64_t)translate(), 0, "500 neighbours");
	expect_u64(info.num_ranges, 2, "500 neighbours");
	expect_range(1, 0x10000000, 0x10000000 + 500 * 0x1000,
		     BOOTINFO_USABLE);
	/* Every other page first, then what lies between. */
	for (uint64_t i = 0; i < 200; i += 2)
		add(7, 0x10000000 + i * 0x1000, 1);
	for (uint64_t i = 1; i < 200; i += 2)
		add(7, 0x10000000 + i * 0x1000, 1);
	expect_u64((uint64_t)translate(), 0, "comb");
	expect_u64(info.num_ranges, 2, "comb");
}

/* A list without room shrinks in the middle; what lies behind it stays. */
static void test_join_in_full_list(void)
{
	const paddr_t start = 0x10000000;
	const unsigned int last = BOOTINFO_RANGES - 2;

	for (unsigned int i = 0; i < sizeof(info.cmdline); i++)
		info.cmdline[i] = (char)i;
	for (uint64_t i = 0; i < BOOTINFO_RANGES - 1; i++)
		add(7, start + i * 0x2000, 1);
	add(7, start + 0x1000, 1);
	add(7, start + 100 * 0x2000 - 0x1000, 1);
	expect_u64((uint64_t)translate(), 0, "full list");
	expect_u64(info.num_ranges, BOOTINFO_RANGES - 2, "full list");
	expect_range(1, start, start + 0x3000, BOOTINFO_USABLE);
	expect_range(99, start + 99 * 0x2000, start + 100 * 0x2000 + 0x1000,
		     BOOTINFO_USABLE);
	expect_range(last - 1, start + last * 0x2000,
		     start + last * 0x2000 + 0x1000, BOOTINFO_USABLE);
	for (unsigned int i = 0; i < sizeof(info.cmdline); i++)
		expect_true(info.cmdline[i] == (char)i, "behind the list");
}

int main(void)
{
	test_types();
	test_low_memory();
	test_limits();
	test_nonsense();
	test_image();
	test_too_many();
	test_join_in_full_list();
	return expect_result("efi_map");
}
