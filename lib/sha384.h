/* SPDX-License-Identifier: MIT */
/*
 * SHA-384 and SHA-512 (FIPS 180-4), streaming. The two share the compression
 * function and differ in the initial state and in how much of the result is
 * used; a type of its own for each keeps their digests from being confused.
 *
 * init, then any number of updates, then one final, after which only init may
 * follow. No table look-up and no branch depends on the data hashed.
 */
#ifndef LIB_SHA384_H
#define LIB_SHA384_H

#include "lib/types.h"

#define SHA384_SIZE 48
#define SHA512_SIZE 64
#define SHA512_BLOCK_SIZE 128

struct sha512 {
	uint64_t state[8];
	uint64_t length; /* in bytes; a message must be shorter than 2^61 */
	uint8_t block[SHA512_BLOCK_SIZE];
};

struct sha384 {
	struct sha512 core;
};

void sha384_init(struct sha384 *sha);
void sha384_update(struct sha384 *sha, const void *data, size_t size);
void sha384_final(struct sha384 *sha, uint8_t digest[SHA384_SIZE]);

/* The digest of one piece of memory. */
void sha384_digest(const void *data, size_t size, uint8_t digest[SHA384_SIZE]);

void sha512_init(struct sha512 *sha);
void sha512_update(struct sha512 *sha, const void *data, size_t size);
void sha512_final(struct sha512 *sha, uint8_t digest[SHA512_SIZE]);

#endif
