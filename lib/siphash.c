/* SPDX-License-Identifier: MIT */
/* Pure: see siphash.h. */
#include "lib/siphash.h"

#define ROUNDS_PER_WORD 2
#define ROUNDS_AT_END 4

static uint64_t rotate(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static void mix(uint64_t v[4], int rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, ROUNDS_PER_WORD);
	v[0] ^= word;
}

uint64_t siphash(const uint64_t key[2], const void *data, size_t size)
{
	const uint8_t *const bytes = data;
	uint64_t last = (uint64_t)size << 56;
	size_t at = 0;
	uint64_t v[4] = {
		key[0] ^ UINT64_C(0x736F6D6570736575),
		key[1] ^ UINT64_C(0x646F72616E646F6D),
		key[0] ^ UINT64_C(0x6C7967656E657261),
		key[1] ^ UINT64_C(0x7465646279746573),
	};

	for (; size - at >= 8; at += 8) {
		uint64_t word;

		__builtin_memcpy(&word, bytes + at, sizeof(word));
		absorb(v, word);
	}
	for (unsigned int shift = 0; at < size; at++, shift += 8)
		last |= (uint64_t)bytes[at] << shift;
	absorb(v, last);
	v[2] ^= 0xFF;
	mix(v, ROUNDS_AT_END);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
