/* SPDX-License-Identifier: MIT */
/*
 * Parser of TDVF metadata. The image comes from whoever starts the TD: each
 * access to it goes through image_copy(), which knows its bounds. The checks
 * stand in QEMU's order, so that an image with several faults is refused for
 * the same one; what only KVM or this parser refuses says so.
 */
#include "emu/vmm/tdvf.h"

#include <string.h>

#define ROM_GRANULE 0x10000
#define TDVF_SIGNATURE 0x46564454
#define TDVF_VERSION 1
#define GUID_SIZE 16

/* The footer's GUID starts so far before the end of the image. */
#define FOOTER_DISTANCE 48

/* 96b582de-1fb2-45f7-baea-a366c55a082d */
static const uint8_t footer_guid[GUID_SIZE] = {
	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
};

/* e47a6535-984a-4798-865e-4685a7bf8ec2 */
static const uint8_t metadata_guid[GUID_SIZE] = {
	0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47,
	0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2,
};

/* An entry of the table ends with this; its data lies before. */
struct guid_entry {
	uint16_t length; /* of data and this */
	uint8_t guid[GUID_SIZE];
};

ASSERT_FIELD(struct guid_entry, length, 0, 2);
ASSERT_FIELD(struct guid_entry, guid, 2, 16);
ASSERT_SIZE(struct guid_entry, 18);

struct tdvf_descriptor {
	uint32_t signature;
	uint32_t length; /* of this and all sections */
	uint32_t version;
	uint32_t count;
};

ASSERT_FIELD(struct tdvf_descriptor, signature, 0, 4);
ASSERT_FIELD(struct tdvf_descriptor, length, 4, 4);
ASSERT_FIELD(struct tdvf_descriptor, version, 8, 4);
ASSERT_FIELD(struct tdvf_descriptor, count, 12, 4);
ASSERT_SIZE(struct tdvf_descriptor, 16);

ASSERT_FIELD(struct tdvf_section, offset, 0, 4);
ASSERT_FIELD(struct tdvf_section, raw_size, 4, 4);
ASSERT_FIELD(struct tdvf_section, address, 8, 8);
ASSERT_FIELD(struct tdvf_section, size, 16, 8);
ASSERT_FIELD(struct tdvf_section, type, 24, 4);
ASSERT_FIELD(struct tdvf_section, attributes, 28, 4);
ASSERT_SIZE(struct tdvf_section, 32);

struct image {
	const uint8_t *bytes;
	uint64_t size;
};

static bool image_copy(const struct image *image, uint64_t at, void *to,
		       uint64_t size)
{
	if (at > image->size || size > image->size - at)
		return false;
	memcpy(to, image->bytes + at, size);
	return true;
}

/* Where the table's entries end and how long they are together. */
static const char *table_find(const struct image *image, uint64_t *end,
			      uint64_t *length)
{
	struct guid_entry footer;

	if (!image->size || image->size % ROM_GRANULE)
		return "image size is not a multiple of 64 KiB";
	if (image->size > UINT32_MAX)
		return "image is larger than 4 GiB";
	*end = image->size - FOOTER_DISTANCE - sizeof(footer.length);
	if (!image_copy(image, *end, &footer, sizeof(footer)) ||
	    memcmp(footer.guid, footer_guid, GUID_SIZE) != 0)
		return "no table of GUIDs at the end of the image";
	if (footer.length < sizeof(footer) ||
	    footer.length - sizeof(footer) > *end)
		return "table of GUIDs has an invalid size";
	*length = footer.length - sizeof(footer);
	return NULL;
}

/* Walks the table downwards; each step takes at least 18 of 64 K bytes. */
static const char *table_find_metadata(const struct image *image,
				       uint64_t *offset)
{
	struct guid_entry entry;
	uint64_t left = 0;
	uint64_t end = 0;
	const char *reason = table_find(image, &end, &left);

	if (reason)
		return reason;
	while (left >= sizeof(entry)) {
		uint32_t from_end;

		if (!image_copy(image, end - sizeof(entry), &entry,
				sizeof(entry)) ||
		    entry.length < sizeof(entry) || entry.length > left)
			break;
		end -= entry.length;
		left -= entry.length;
		if (memcmp(entry.guid, metadata_guid, GUID_SIZE) != 0)
			continue;
		if (entry.length < sizeof(entry) + sizeof(from_end) ||
		    !image_copy(image, end, &from_end, sizeof(from_end)))
			return "entry for TDX metadata is too short";
		if (from_end > image->size)
			return "descriptor lies outside the image";
		*offset = image->size - from_end;
		return NULL;
	}
	return "no entry for TDX metadata in the table of GUIDs";
}

static const char *descriptor_check(const struct image *image, uint64_t offset,
				    struct tdvf_descriptor *descriptor)
{
	if (!image_copy(image, offset, descriptor, sizeof(*descriptor)))
		return "descriptor lies outside the image";
	if (descriptor->signature != TDVF_SIGNATURE)
		return "descriptor has no TDVF signature";
	if (descriptor->length > image->size - offset)
		return "descriptor reaches beyond the image";
	if (descriptor->version != TDVF_VERSION)
		return "descriptor is not of version 1";
	if (descriptor->count < 2)
		return "fewer than two sections";
	if (descriptor->length !=
	    sizeof(*descriptor) +
		    descriptor->count * (uint64_t)sizeof(struct tdvf_section))
		return "descriptor length and number of sections disagree";
	if (descriptor->count > TDVF_SECTIONS_MAX)
		return "more sections than the emulator can hold";
	return NULL;
}

static const char *section_check_type(const struct tdvf_section *section)
{
	switch (section->type) {
	case TDVF_SECTION_BFV:
	case TDVF_SECTION_CFV:
		return section->raw_size ? NULL :
					   "BFV or CFV section without data";
	case TDVF_SECTION_TD_HOB:
	case TDVF_SECTION_TEMP_MEM:
		return section->raw_size ? "TD_HOB or TempMem section with data"
					 : NULL;
	default:
		return "section of a type that QEMU does not support";
	}
}

static const char *section_check(const struct image *image,
				 const struct tdvf_section *section)
{
	const char *reason;

	if (section->size < section->raw_size)
		return "section is smaller in memory than in the image";
	if (section->address % PAGE_SIZE)
		return "section address is not page aligned";
	if (section->size % PAGE_SIZE)
		return "section size is not page aligned";
	reason = section_check_type(section);
	if (reason)
		return reason;

	/* From here on QEMU looks away and KVM or the module refuses. */
	if (!section->size)
		return "section is empty";
	if (section->address >= BIT(47) ||
	    section->size > BIT(47) - section->address)
		return "section lies outside private memory";
	if (tdvf_section_is_copied(section) &&
	    (section->offset > image->size ||
	     section->size > image->size - section->offset))
		return "section data lies outside the image";
	return NULL;
}

/* The second PAGE.ADD of a page would fail. */
static bool section_overlaps(const struct tdvf *tdvf,
			     const struct tdvf_section *section)
{
	for (size_t i = 0; i < tdvf->count; i++) {
		const struct tdvf_section *other = &tdvf->sections[i];

		if (section->address < other->address + other->size &&
		    other->address < section->address + section->size)
			return true;
	}
	return false;
}

static const char *sections_parse(const struct image *image, uint64_t at,
				  uint32_t count, struct tdvf *tdvf)
{
	const char *reason;

	tdvf->count = 0;
	tdvf->image_size = image->size;
	for (uint32_t i = 0; i < count; i++) {
		struct tdvf_section *section = &tdvf->sections[i];

		if (!image_copy(image, at, section, sizeof(*section)))
			return "section list reaches beyond the image";
		at += sizeof(*section);
		reason = section_check(image, section);
		if (reason)
			return reason;
		if (section_overlaps(tdvf, section))
			return "two sections overlap";
		tdvf->count++;
	}
	return NULL;
}

const char *tdvf_parse(const void *bytes, size_t size, struct tdvf *tdvf)
{
	const struct image image = { bytes, size };
	struct tdvf_descriptor descriptor;
	uint64_t offset = 0;
	const char *reason;

	reason = table_find_metadata(&image, &offset);
	if (reason)
		return reason;
	reason = descriptor_check(&image, offset, &descriptor);
	if (reason)
		return reason;
	reason = sections_parse(&image, offset + sizeof(descriptor),
				descriptor.count, tdvf);
	if (reason)
		return reason;
	return tdvf_hob_section(tdvf) ? NULL : "no TD_HOB section";
}

const struct tdvf_section *tdvf_hob_section(const struct tdvf *tdvf)
{
	for (size_t i = 0; i < tdvf->count; i++) {
		if (tdvf->sections[i].type == TDVF_SECTION_TD_HOB)
			return &tdvf->sections[i];
	}
	return NULL;
}
