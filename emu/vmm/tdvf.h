/* SPDX-License-Identifier: MIT */
/*
 * The metadata of a TD's firmware: which parts of the image and which empty
 * pages the host adds to a TD before it runs (TDX Virtual Firmware Design
 * Guide, TDVF Metadata). Found through OVMF's table of GUIDs at the end of
 * the image, as QEMU finds it, and refused for what QEMU and KVM refuse.
 */
#ifndef EMU_VMM_TDVF_H
#define EMU_VMM_TDVF_H

#include "lib/compiler.h"
#include "lib/types.h"

#define TDVF_SECTION_BFV 0
#define TDVF_SECTION_CFV 1
#define TDVF_SECTION_TD_HOB 2
#define TDVF_SECTION_TEMP_MEM 3
#define TDVF_SECTION_PERM_MEM 4
#define TDVF_SECTION_PAYLOAD 5
#define TDVF_SECTION_PAYLOAD_PARAM 6
#define TDVF_SECTION_TD_INFO 7
#define TDVF_SECTION_TD_PARAMS 8

#define TDVF_ATTRIBUTE_MR_EXTEND (1U << 0)
#define TDVF_ATTRIBUTE_PAGE_AUG (1U << 1)

/* A limit of this parser, not of QEMU; OVMF has 6 sections. */
#define TDVF_SECTIONS_MAX 32

/* As in the image, little endian. */
struct tdvf_section {
	uint32_t offset; /* of the data, from the start of the image */
	uint32_t raw_size;
	uint64_t address;
	uint64_t size; /* in memory: so many bytes are taken from the image */
	uint32_t type;
	uint32_t attributes;
};

struct tdvf {
	struct tdvf_section sections[TDVF_SECTIONS_MAX];
	size_t count;
	uint64_t image_size;
};

/*
 * Reads the metadata of an image, which nobody may change meanwhile. NULL, or
 * why QEMU on KVM would not start a TD with it; then *tdvf says nothing. After
 * success each section is page aligned in address and size, not empty, below
 * 2^47, apart from all others, and BFV and CFV lie wholly in the image; there
 * is at least one TD_HOB section.
 */
must_check const char *tdvf_parse(const void *image, size_t size,
				  struct tdvf *tdvf);

/* The section for the list of hand-off blocks: the first of its type. */
const struct tdvf_section *tdvf_hob_section(const struct tdvf *tdvf);

/* Whether the section's bytes come from the image (else they are zero). */
static inline bool tdvf_section_is_copied(const struct tdvf_section *section)
{
	return section->type == TDVF_SECTION_BFV ||
	       section->type == TDVF_SECTION_CFV;
}

#endif
