/* SPDX-License-Identifier: MIT */
/*
 * Debian's OVMF images as test material: read from where the packages put
 * them, believed only with the right SHA-384. The section
 * lists are typed from a dump of the images, not made by emu/vmm/tdvf.
 */
#ifndef TESTS_UNIT_OVMF_H
#define TESTS_UNIT_OVMF_H

#include "lib/sha384.h"
#include "tests/unit/expect.h"

#define OVMF_SECTIONS 6

struct ovmf_section {
	uint32_t type;
	uint32_t offset;
	uint32_t raw_size;
	uint64_t address;
	uint64_t size;
	uint32_t attributes;
};

struct ovmf_image {
	const char *name;
	const char *variable; /* environment: where to find the file */
	const char *path;     /* where it is otherwise */
	size_t size;
	const char *sha384;
	struct ovmf_section sections[OVMF_SECTIONS];
};

static const struct ovmf_image ovmf_images[] = {
	{ "Debian 12 OVMF.fd (2022.11-6+deb12u2)", "OVMF_2022",
	  "/usr/share/ovmf/OVMF.fd", 0x200000,
	  "fa0dd56f4e3156e03cb377d56b5785bda51999a9c01fcf4e"
	  "3d00e8848d6fe02a94d95e2c1fab707a000bb08674a7ce6a",
	  { { 0, 0x20000, 0x1e0000, 0xffe20000, 0x1e0000, 1 },
	    { 1, 0x0, 0x20000, 0xffe00000, 0x20000, 0 },
	    { 3, 0x0, 0x0, 0x810000, 0x10000, 0 },
	    { 3, 0x0, 0x0, 0x80b000, 0x2000, 0 },
	    { 2, 0x0, 0x0, 0x809000, 0x2000, 0 },
	    { 3, 0x0, 0x0, 0x800000, 0x6000, 0 } } },
	{ "Debian 13 OVMF.fd (2025.02-8+deb13u1)", "OVMF_2025",
	  "build/deps/OVMF.fd", 0x400000,
	  "6b26bfdf4a92cdb061eb305d723495f09948dcaf82e93951"
	  "9d546952772c5e304a8adec5c294c6e1810f8f6bd1a946b0",
	  { { 0, 0x84000, 0x37c000, 0xffc84000, 0x37c000, 1 },
	    { 1, 0x0, 0x84000, 0xffc00000, 0x84000, 0 },
	    { 3, 0x0, 0x0, 0x811000, 0xf000, 0 },
	    { 3, 0x0, 0x0, 0x80b000, 0x2000, 0 },
	    { 2, 0x0, 0x0, 0x809000, 0x2000, 0 },
	    { 3, 0x0, 0x0, 0x800000, 0x6000, 0 } } },
};

/* The image in static memory, or NULL after saying why it is skipped. */
static inline const uint8_t *ovmf_load(const struct ovmf_image *image)
{
	static uint8_t bytes[0x400000 + 1];
	const char *path = getenv(image->variable);
	uint8_t digest[SHA384_SIZE];
	size_t size = 0;
	FILE *file;

	file = fopen(path ? path : image->path, "rb");
	if (file) {
		size = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
	}
	if (size != image->size) {
		printf("note: skipped, not found: %s\n", image->name);
		return NULL;
	}
	sha384_digest(bytes, size, digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		char byte[3];

		snprintf(byte, sizeof(byte), "%02x", digest[i]);
		if (memcmp(byte, image->sha384 + 2 * i, 2) != 0) {
			printf("note: skipped, another file: %s\n",
			       image->name);
			return NULL;
		}
	}
	return bytes;
}

#endif
