/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/tdvf: a small image whose metadata is the input. Its first 8 bytes
 * change the table of GUIDs at the end: four pairs of distance and value.
 *
 * Links: lib/sha384.c
 */
#include "tests/fuzz/fuzz.h"

#include "emu/vmm/tdvf.h"

#define IMAGE_SIZE 0x10000
#define DESCRIPTOR 0xF000
#define ROOM 0xF00
#define CHANGES 8
#define ADDRESS_END (UINT64_C(1) << 47)

/* Table of GUIDs: the entry of the metadata, the footer, 32 bytes. */
static const uint8_t table[] = {
	0x00, 0x10, 0x00, 0x00, 0x16, 0x00, 0x35, 0x65, 0x7A, 0xE4, 0x4A,
	0x98, 0x98, 0x47, 0x86, 0x5E, 0x46, 0x85, 0xA7, 0xBF, 0x8E, 0xC2,
	0x28, 0x00, 0xDE, 0x82, 0xB5, 0x96, 0xB2, 0x1F, 0xF7, 0x45, 0xBA,
	0xEA, 0xA3, 0x66, 0xC5, 0x5A, 0x08, 0x2D,
};

static void check_section(const struct tdvf *tdvf, size_t i)
{
	const struct tdvf_section *section = &tdvf->sections[i];

	expect_true(section->size > 0, "not empty");
	expect_true(!((section->address | section->size) & 0xFFF),
		    "page aligned");
	expect_true(section->size <= ADDRESS_END &&
			    section->address <= ADDRESS_END - section->size,
		    "below 2^47");
	if (tdvf_section_is_copied(section))
		expect_true((uint64_t)section->offset + section->size <=
				    IMAGE_SIZE, "in the image");
	for (size_t k = 0; k < i; k++) {
		const struct tdvf_section *other = &tdvf->sections[k];

		expect_true(section->address >=
					    other->address + other->size ||
				    other->address >= section->address +
							      section->size,
			    "apart from the others");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *image = calloc(1, IMAGE_SIZE);
	struct tdvf tdvf;

	memcpy(image + IMAGE_SIZE - 32 - sizeof(table), table, sizeof(table));
	if (size >= CHANGES) {
		for (int i = 0; i < CHANGES; i += 2)
			image[IMAGE_SIZE - 1 - data[i]] ^= data[i + 1];
		size -= CHANGES;
		memcpy(image + DESCRIPTOR, data + CHANGES,
		       size < ROOM ? size : ROOM);
	}
	if (!tdvf_parse(image, IMAGE_SIZE, &tdvf)) {
		expect_true(tdvf.count && tdvf.count <= TDVF_SECTIONS_MAX,
			    "number of sections");
		expect_true(tdvf_hob_section(&tdvf) != NULL, "TD_HOB");
		for (size_t i = 0; i < tdvf.count; i++)
			check_section(&tdvf, i);
	}
	free(image);
	return fuzz_verdict();
}
