/* SPDX-License-Identifier: MIT */
/*
 * What linker.ld says of the image. The arrays are addresses where the image
 * lies now, page aligned; the numbers are numbers.
 */
#ifndef ARCH_X86_IMAGE_H
#define ARCH_X86_IMAGE_H

#include "lib/types.h"

extern const uint8_t __image_start[];
extern const uint8_t __text_start[];	/* read-execute */
extern const uint8_t __text_end[];
extern const uint8_t __rodata_start[];	/* read-only; starts at __text_end */
extern const uint8_t __rodata_end[];
extern const uint8_t __data_start[];	/* read-write, with .bss */
extern const uint8_t __data_end[];
extern const uint8_t __image_end[];

/*
 * Thread-local storage: a block of __tls_size bytes at a multiple of
 * __tls_align that begins with __tls_data_size bytes of the template, then
 * zeroes. The thread pointer is the block's end, and points to itself.
 */
extern const uint8_t __tls_template_start[];
extern const uint64_t __tls_data_size;
extern const uint64_t __tls_size;
extern const uint64_t __tls_align;

#endif
