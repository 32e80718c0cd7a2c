/* SPDX-License-Identifier: MIT */
/*
 * emu/module/measure against digests that two other implementations made.
 * The images are measured as QEMU and KVM build a TD: sections in the order
 * of the descriptor, each page added and, where the section says so, extended
 * at once. Skips an image that is not there.
 *
 * Links: lib/sha384.c
 */
#include "tests/unit/expect.h"
#include "tests/unit/ovmf.h"

#include "emu/module/measure.h"

static const char *const mrtd_of_image[] = {
	"4c7206f0f483c524f12c366c711e9049030a8d47c471ee5a"
	"a9c4999a08de4057fb887fed0744d5631a212967fb231c47",
	"bdc6fb145880f06f30c8b346b8dce2a99d9351b56892df22"
	"f80fcf6574caa9f9c31df8e8576d53b4d0cd1c3f28910e11",
};

/* The same with all pages of a section added before the first is extended. */
static const char *const two_pass_of_image[] = {
	"acccbcc870a381adab0d3919d90a7f268ac3b0364771f202"
	"ed4bb4e892d045b33db3b32e6924cba830a724eed443f7e1",
	"456f07902150d008bb913c3e1e84e9297f735a6c83cd2a95"
	"7a1f0a8bbedb06df188e3837ae48d32c73d473d097dc0db2",
};

static const char *const cfv_of_image[] = {
	"f87302177b059d54a2cf0c5f13340dbabf5c9dd60dc3f996"
	"c68b776fbe4de959769443a3d8ef6538b97d7e151c8298e8",
	"344bc51c980ba621aaa00da3ed7436f7d6e549197dfe6995"
	"15dfa2c6583d95e6412af21c097d473155875ffd561d6790",
};

static void extend_page(struct measure *measure, paddr_t gpa,
			const uint8_t *page)
{
	for (size_t i = 0; i < PAGE_SIZE; i += MEASURE_CHUNK_SIZE)
		measure_extend(measure, gpa + i, page + i);
}

static void expect_mrtd(struct measure *measure, const char *want,
			const char *what)
{
	uint8_t mrtd[SHA384_SIZE];

	measure_finalize(measure, mrtd);
	expect_hex(mrtd, sizeof(mrtd), want, what);
}

static void check_pages(void)
{
	static uint8_t page[PAGE_SIZE];
	struct measure measure;

	measure_init(&measure);
	measure_page_add(&measure, 0x800000);
	expect_mrtd(&measure,
		    "73e66eb2f63d5a2c92c756c54b86b24f1a3d87c07a191518"
		    "580ba4b227f9edda1faeb4223ffb2dd70c789055f9af5e7c",
		    "one page added");

	measure_init(&measure);
	measure_page_add(&measure, 0x1000);
	extend_page(&measure, 0x1000, page);
	measure_page_add(&measure, 0x2000);
	extend_page(&measure, 0x2000, page);
	expect_mrtd(&measure,
		    "508b70bad4fd50c40215289f26c3d63d5fd8eb0da77af6fc"
		    "ea87c02ad69921a748b8e85ac4443cd21140a60d5c564ca8",
		    "two zero pages");

	for (size_t i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)i;
	measure_init(&measure);
	measure_page_add(&measure, 0xfffff000);
	extend_page(&measure, 0xfffff000, page);
	expect_mrtd(&measure,
		    "cd9d793217c8e5918ad18eca449ba10dcfc5faafc19ceeae"
		    "46b925d054f3b68f85127312438aeba5bc187d9dc73a20fa",
		    "one page measured");
}

static void check_rtmr(void)
{
	uint8_t rtmr[SHA384_SIZE] = { 0 };
	uint8_t data[SHA384_SIZE];

	sha384_digest("abc", 3, data);
	measure_rtmr_extend(rtmr, data);
	expect_hex(rtmr, sizeof(rtmr),
		   "93732e3733514a841c982cfa75ea76ab55fe011acb9cd980"
		   "ef4523913c65be1b0998e04d77f8c174f81a82151619ca40",
		   "RTMR after SHA384(abc)");
}

static const uint8_t *source(const struct ovmf_section *section,
			     const uint8_t *image, uint64_t at)
{
	return image + section->offset + at;
}

static void build_section(struct measure *measure,
			  const struct ovmf_section *section,
			  const uint8_t *image, bool is_two_pass)
{
	const bool is_measured = section->attributes & 1;
	uint64_t at;

	for (at = 0; at < section->size; at += PAGE_SIZE) {
		measure_page_add(measure, section->address + at);
		if (is_measured && !is_two_pass)
			extend_page(measure, section->address + at,
				    source(section, image, at));
	}
	for (at = 0; at < section->size; at += PAGE_SIZE) {
		if (is_measured && is_two_pass)
			extend_page(measure, section->address + at,
				    source(section, image, at));
	}
}

static void check_image(size_t index)
{
	const struct ovmf_image *ovmf = &ovmf_images[index];
	const uint8_t *image = ovmf_load(ovmf);
	uint8_t cfv[SHA384_SIZE];
	struct measure measure;

	if (!image)
		return;
	for (int is_two_pass = 0; is_two_pass < 2; is_two_pass++) {
		measure_init(&measure);
		for (size_t i = 0; i < OVMF_SECTIONS; i++)
			build_section(&measure, &ovmf->sections[i], image,
				      is_two_pass);
		expect_mrtd(&measure,
			    is_two_pass ? two_pass_of_image[index] :
					  mrtd_of_image[index],
			    ovmf->name);
	}
	sha384_digest(image, ovmf->sections[1].size, cfv);
	expect_hex(cfv, sizeof(cfv), cfv_of_image[index], "CFV");
}

/* RTMR0 as OVMF 2025.02 leaves it after the TD HOB of -m 2G and the CFV. */
static void check_rtmr_chain(void)
{
	static const uint8_t hob[SHA384_SIZE] = {
		0x0e, 0x35, 0xf1, 0xb3, 0x15, 0xba, 0x6c, 0x91, 0x2c, 0xf7,
		0x91, 0xe5, 0xc7, 0x9d, 0xd9, 0xd3, 0xa2, 0xb8, 0x70, 0x45,
		0x16, 0xaa, 0x27, 0xd4, 0xe5, 0xaa, 0x78, 0xfb, 0x09, 0xed,
		0xe0, 0x4a, 0xef, 0x2b, 0xbd, 0x02, 0xac, 0x7a, 0x87, 0x34,
		0xc4, 0x85, 0x62, 0xb9, 0xc2, 0x6b, 0xa3, 0x5d,
	};
	static const uint8_t cfv[SHA384_SIZE] = {
		0x34, 0x4b, 0xc5, 0x1c, 0x98, 0x0b, 0xa6, 0x21, 0xaa, 0xa0,
		0x0d, 0xa3, 0xed, 0x74, 0x36, 0xf7, 0xd6, 0xe5, 0x49, 0x19,
		0x7d, 0xfe, 0x69, 0x95, 0x15, 0xdf, 0xa2, 0xc6, 0x58, 0x3d,
		0x95, 0xe6, 0x41, 0x2a, 0xf2, 0x1c, 0x09, 0x7d, 0x47, 0x31,
		0x55, 0x87, 0x5f, 0xfd, 0x56, 0x1d, 0x67, 0x90,
	};
	uint8_t rtmr0[SHA384_SIZE] = { 0 };

	measure_rtmr_extend(rtmr0, hob);
	measure_rtmr_extend(rtmr0, cfv);
	expect_hex(rtmr0, sizeof(rtmr0),
		   "429431549a54276e8c226ba446ef8134379be845ac5f4afa"
		   "f62d66e2af5be6e6bfe807fcb73e690568190fc4c90ee8c8",
		   "RTMR0 after TD HOB and CFV");
}

int main(void)
{
	check_pages();
	check_rtmr();
	check_rtmr_chain();
	for (size_t i = 0; i < sizeof(ovmf_images) / sizeof(ovmf_images[0]);
	     i++)
		check_image(i);
	return expect_result("measure");
}
