/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4) of a message that may come in pieces. */
#ifndef LIB_SHA256_H
#define LIB_SHA256_H

#include "lib/types.h"

#define SHA256_SIZE 32
#define SHA256_BLOCK 64

struct sha256 {
	uint32_t state[8];
	uint64_t size; /* bytes so far */
	uint8_t block[SHA256_BLOCK];
};

void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, const void *data, size_t size);
/* sha must be initialised again before another message. */
void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_SIZE]);

#endif
