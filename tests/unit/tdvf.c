/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/tdvf: Debian's images must give the sections that were typed from
 * their dumps; a hand-made image must be taken, and each fault put into it
 * must be refused for the reason that stands beside it. Images live in heap
 * blocks of their exact size, so that any byte read beyond is a crash.
 *
 * Links: lib/sha384.c
 */
#include "tests/unit/expect.h"
#include "tests/unit/ovmf.h"

#include "emu/vmm/tdvf.h"

#define IMAGE_SIZE 0x10000
#define DESCRIPTOR 0xf000 /* from the start of the image */
#define SECTIONS (DESCRIPTOR + 16)
#define ROM (0x100000000 - IMAGE_SIZE)

/* 18 bytes of footer, an entry to skip of 22, the entry of 22. */
#define TABLE_END (IMAGE_SIZE - 50)
#define SKIPPED_END TABLE_END
#define ENTRY_END (TABLE_END - 22)

static void put(uint8_t *at, size_t width, uint64_t value)
{
	for (size_t i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* A GUID from its text form, in EFI's mixed byte order. */
static void put_guid(uint8_t *at, const char *text)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6,
					   8, 9, 10, 11, 12, 13, 14, 15 };
	size_t n = 0;

	while (*text) {
		unsigned int byte;

		if (*text == '-') {
			text++;
			continue;
		}
		if (sscanf(text, "%2x", &byte) != 1)
			abort();
		at[order[n++]] = (uint8_t)byte;
		text += 2;
	}
	if (n != 16)
		abort();
}

static void put_section(uint8_t *image, unsigned int index,
			const struct ovmf_section *section)
{
	uint8_t *at = image + SECTIONS + 32 * index;

	put(at, 4, section->offset);
	put(at + 4, 4, section->raw_size);
	put(at + 8, 8, section->address);
	put(at + 16, 8, section->size);
	put(at + 24, 4, section->type);
	put(at + 28, 4, section->attributes);
}

static const struct ovmf_section good_sections[] = {
	{ 0, 0x4000, 0xc000, ROM + 0x4000, 0xc000, 1 },
	{ 1, 0, 0x4000, ROM, 0x4000, 0 },
	{ 2, 0, 0, 0x809000, 0x2000, 0 },
	{ 3, 0, 0, 0x80b000, 0x1000, 0 },
};

static uint8_t *make_image(void)
{
	uint8_t *image = calloc(1, IMAGE_SIZE);

	if (!image)
		abort();
	put(image + TABLE_END, 2, 18 + 22 + 22);
	put_guid(image + TABLE_END + 2,
		 "96b582de-1fb2-45f7-baea-a366c55a082d");
	put(image + SKIPPED_END - 18, 2, 22);
	put_guid(image + SKIPPED_END - 16,
		 "00f771de-1a7e-4fcb-890e-68c77e2fb44e");
	put(image + ENTRY_END - 18, 2, 22);
	put_guid(image + ENTRY_END - 16,
		 "e47a6535-984a-4798-865e-4685a7bf8ec2");
	put(image + ENTRY_END - 22, 4, IMAGE_SIZE - DESCRIPTOR);
	memcpy(image + DESCRIPTOR, "TDVF", 4);
	put(image + DESCRIPTOR + 4, 4, 16 + 32 * 4);
	put(image + DESCRIPTOR + 8, 4, 1);
	put(image + DESCRIPTOR + 12, 4, 4);
	for (unsigned int i = 0; i < 4; i++)
		put_section(image, i, &good_sections[i]);
	return image;
}

static void expect_sections(const struct tdvf *tdvf,
			    const struct ovmf_section *want, size_t count)
{
	if (!expect_u64(tdvf->count, count, "number of sections"))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct tdvf_section *got = &tdvf->sections[i];

		expect_u64(got->type, want[i].type, "type");
		expect_u64(got->offset, want[i].offset, "offset");
		expect_u64(got->raw_size, want[i].raw_size, "raw size");
		expect_u64(got->address, want[i].address, "address");
		expect_u64(got->size, want[i].size, "size");
		expect_u64(got->attributes, want[i].attributes, "attributes");
	}
}

static void check_ovmf(const struct ovmf_image *ovmf)
{
	const uint8_t *image = ovmf_load(ovmf);
	const char *reason;
	struct tdvf tdvf;

	if (!image)
		return;
	reason = tdvf_parse(image, ovmf->size, &tdvf);
	if (!expect_true(!reason, ovmf->name))
		return;
	expect_sections(&tdvf, ovmf->sections, OVMF_SECTIONS);
	expect_u64(tdvf.image_size, ovmf->size, "image size");
	expect_true(tdvf_hob_section(&tdvf) == &tdvf.sections[4], "TD_HOB");
}

/* One change of the good image and the reason for which it is refused. */
struct fault {
	size_t at;
	size_t width;
	uint64_t value;
	const char *reason;
};

#define SECTION(i, field) (SECTIONS + 32 * (i) + (field))
#define F_OFFSET 0
#define F_RAW 4
#define F_ADDRESS 8
#define F_SIZE 16
#define F_TYPE 24

static const char no_table[] = "no table of GUIDs at the end of the image";
static const char table_size[] = "table of GUIDs has an invalid size";
static const char no_entry[] =
	"no entry for TDX metadata in the table of GUIDs";
static const char outside[] = "descriptor lies outside the image";
static const char beyond[] = "descriptor reaches beyond the image";
static const char disagree[] =
	"descriptor length and number of sections disagree";
static const char bad_type[] = "section of a type that QEMU does not support";
static const char has_data[] = "TD_HOB or TempMem section with data";
static const char no_data[] = "BFV or CFV section without data";
static const char small[] = "section is smaller in memory than in the image";
static const char overlap[] = "two sections overlap";
static const char data_outside[] = "section data lies outside the image";
static const char not_private[] = "section lies outside private memory";

static const struct fault faults[] = {
	{ TABLE_END + 2, 1, 0xdf, no_table },
	{ TABLE_END + 17, 1, 0x2c, no_table },
	{ TABLE_END, 2, 0, table_size },
	{ TABLE_END, 2, 17, table_size },
	{ TABLE_END, 2, 18, no_entry },
	{ TABLE_END, 2, 18 + 22, no_entry },
	{ TABLE_END, 2, 18 + 22 + 21, no_entry },
	{ TABLE_END, 2, TABLE_END + 18 + 1, table_size },
	{ TABLE_END, 2, 0xffff, table_size },
	{ SKIPPED_END - 18, 2, 0, no_entry },
	{ SKIPPED_END - 18, 2, 17, no_entry },
	{ SKIPPED_END - 18, 2, 18, no_entry },
	{ SKIPPED_END - 18, 2, 0xffff, no_entry },
	{ ENTRY_END - 16, 1, 0x36, no_entry },
	{ ENTRY_END - 18, 2, 18, "entry for TDX metadata is too short" },
	{ ENTRY_END - 18, 2, 21, "entry for TDX metadata is too short" },
	{ ENTRY_END - 22, 4, 0, outside },
	{ ENTRY_END - 22, 4, 15, outside },
	{ ENTRY_END - 22, 4, IMAGE_SIZE, "descriptor has no TDVF signature" },
	{ ENTRY_END - 22, 4, IMAGE_SIZE + 1, outside },
	{ ENTRY_END - 22, 4, 0xffffffff, outside },
	{ ENTRY_END - 22, 4, IMAGE_SIZE - DESCRIPTOR + 1,
	  "descriptor has no TDVF signature" },
	{ DESCRIPTOR, 4, 0x56464454, "descriptor has no TDVF signature" },
	{ DESCRIPTOR + 4, 4, IMAGE_SIZE - DESCRIPTOR + 1, beyond },
	{ DESCRIPTOR + 4, 4, IMAGE_SIZE - DESCRIPTOR, disagree },
	{ DESCRIPTOR + 4, 4, 0xffffffff, beyond },
	{ DESCRIPTOR + 8, 4, 0, "descriptor is not of version 1" },
	{ DESCRIPTOR + 8, 4, 2, "descriptor is not of version 1" },
	{ DESCRIPTOR + 12, 4, 0, "fewer than two sections" },
	{ DESCRIPTOR + 12, 4, 1, "fewer than two sections" },
	{ DESCRIPTOR + 12, 4, 3, disagree },
	{ DESCRIPTOR + 12, 4, 5, disagree },
	{ DESCRIPTOR + 12, 4, 0x08000004, disagree },
	{ DESCRIPTOR + 4, 4, 16 + 32 * 4 - 1, disagree },
	{ DESCRIPTOR + 4, 4, 0, disagree },
	{ SECTION(0, F_RAW), 4, 0xc001, small },
	{ SECTION(0, F_RAW), 4, 0, no_data },
	{ SECTION(1, F_RAW), 4, 0, no_data },
	{ SECTION(2, F_RAW), 4, 1, has_data },
	{ SECTION(3, F_RAW), 4, 0x1000, has_data },
	{ SECTION(0, F_ADDRESS), 8, ROM + 0x4001,
	  "section address is not page aligned" },
	{ SECTION(3, F_SIZE), 8, 0x1800, "section size is not page aligned" },
	{ SECTION(3, F_SIZE), 8, 0, "section is empty" },
	{ SECTION(3, F_ADDRESS), 8, UINT64_C(1) << 47, not_private },
	{ SECTION(3, F_ADDRESS), 8, UINT64_C(0x7ffffffff000) + 0x1000,
	  not_private },
	{ SECTION(3, F_SIZE), 8, UINT64_C(1) << 47, not_private },
	{ SECTION(3, F_SIZE), 8, UINT64_C(0xfffffffffffff000), not_private },
	{ SECTION(3, F_ADDRESS), 8, UINT64_C(0xfffffffffffff000), not_private },
	{ SECTION(0, F_OFFSET), 4, 0x4001, data_outside },
	{ SECTION(0, F_OFFSET), 4, 0xffffffff, data_outside },
	{ SECTION(1, F_OFFSET), 4, IMAGE_SIZE + 1, data_outside },
	{ SECTION(0, F_SIZE), 8, 0xd000, data_outside },
	{ SECTION(1, F_SIZE), 8, 0x5000, overlap },
	{ SECTION(3, F_ADDRESS), 8, 0x809000, overlap },
	{ SECTION(3, F_ADDRESS), 8, 0x80a000, overlap },
	{ SECTION(2, F_ADDRESS), 8, ROM + 0x5000, overlap },
	{ SECTION(0, F_TYPE), 4, 4, bad_type },
	{ SECTION(1, F_TYPE), 4, 5, bad_type },
	{ SECTION(1, F_TYPE), 4, 6, bad_type },
	{ SECTION(1, F_TYPE), 4, 7, bad_type },
	{ SECTION(1, F_TYPE), 4, 8, bad_type },
	{ SECTION(1, F_TYPE), 4, 0xffffffff, bad_type },
	{ SECTION(2, F_TYPE), 4, 3, "no TD_HOB section" },
};

/* Changes that must not matter. */
static const struct fault harmless[] = {
	{ SECTION(0, F_RAW), 4, 1, NULL },
	{ SECTION(0, F_TYPE + 4), 4, 3, NULL },
	{ SECTION(3, F_ADDRESS), 8, 0x7ffffffff000, NULL },
	{ TABLE_END, 2, TABLE_END + 18, NULL },
	{ SECTION(3, F_ADDRESS), 8, 0x808000, NULL },
	{ SECTION(3, F_TYPE), 4, 2, NULL },
	{ ENTRY_END - 16 - 22, 1, 1, NULL },
};

static void check_fault(const struct fault *fault)
{
	uint8_t *image = make_image();
	const char *reason;
	struct tdvf tdvf;

	put(image + fault->at, fault->width, fault->value);
	reason = tdvf_parse(image, IMAGE_SIZE, &tdvf);
	expect_text(reason ? reason : "taken",
		    fault->reason ? fault->reason : "taken", "changed image");
	free(image);
}

/* The end of the image cut off: never taken, never read beyond. */
static void check_truncated(void)
{
	uint8_t *image = make_image();
	const char *reason;
	struct tdvf tdvf;

	for (size_t size = 0; size < IMAGE_SIZE; size += 0x37) {
		uint8_t *part = malloc(size ? size : 1);

		if (!part)
			abort();
		memcpy(part, image, size);
		reason = tdvf_parse(part, size, &tdvf);
		expect_text(reason ? reason : "taken",
			    "image size is not a multiple of 64 KiB",
			    "truncated image");
		free(part);
	}
	free(image);
}

/* As many sections as the parser holds, and one more. */
static void check_many(uint32_t count)
{
	uint8_t *image = make_image();
	const char *reason;
	struct tdvf tdvf;

	put(image + DESCRIPTOR + 4, 4, 16 + 32 * count);
	put(image + DESCRIPTOR + 12, 4, count);
	for (unsigned int i = 4; i < count; i++) {
		const struct ovmf_section section = {
			3, 0, 0, 0x900000 + 0x1000 * i, 0x1000, 0
		};

		put_section(image, i, &section);
	}
	reason = tdvf_parse(image, IMAGE_SIZE, &tdvf);
	if (count <= TDVF_SECTIONS_MAX)
		expect_true(!reason && tdvf.count == count, "many sections");
	else
		expect_text(reason ? reason : "taken",
			    "more sections than the emulator can hold",
			    "too many sections");
	free(image);
}

/* Random bytes in table and descriptor: any answer, but no crash. */
static void check_noise(void)
{
	uint32_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		uint8_t *image = make_image();
		struct tdvf tdvf;

		for (int i = 0; i < 3; i++) {
			seed = seed * 1664525 + 1013904223;
			if (seed & 0x80000000)
				image[IMAGE_SIZE - 1 - (seed >> 8) % 100] =
					(uint8_t)(seed >> 15);
			else
				image[DESCRIPTOR + (seed >> 8) % 144] =
					(uint8_t)(seed >> 15);
		}
		if (!tdvf_parse(image, IMAGE_SIZE, &tdvf))
			expect_true(tdvf_hob_section(&tdvf) != NULL,
				    "what is taken has a TD_HOB");
		free(image);
	}
}

int main(void)
{
	uint8_t *image = make_image();
	struct tdvf tdvf;

	expect_true(!tdvf_parse(image, IMAGE_SIZE, &tdvf), "the good image");
	expect_sections(&tdvf, good_sections, 4);
	free(image);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		check_fault(&faults[i]);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		check_fault(&harmless[i]);
	check_truncated();
	check_many(TDVF_SECTIONS_MAX);
	check_many(TDVF_SECTIONS_MAX + 1);
	check_noise();
	for (size_t i = 0; i < sizeof(ovmf_images) / sizeof(ovmf_images[0]);
	     i++)
		check_ovmf(&ovmf_images[i]);
	return expect_result("tdvf");
}
