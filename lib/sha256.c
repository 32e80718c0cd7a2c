/* SPDX-License-Identifier: MIT */
/* Pure: see sha256.h. Names of functions and constants are FIPS 180-4's. */
#include "lib/sha256.h"

static const uint32_t K[64] = {
	0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1,
	0x923F82A4, 0xAB1C5ED5, 0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3,
	0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786,
	0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
	0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147,
	0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13,
	0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85, 0xA2BFE8A1, 0xA81A664B,
	0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
	0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A,
	0x5B9CCA4F, 0x682E6FF3, 0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208,
	0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};

static uint32_t rotate(uint32_t value, unsigned int bits)
{
	return value >> bits | value << (32 - bits);
}

static uint32_t load_big_endian(const uint8_t *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 |
	       (uint32_t)from[2] << 8 | from[3];
}

static void schedule(uint32_t w[64], const uint8_t *block)
{
	for (int t = 0; t < 16; t++)
		w[t] = load_big_endian(block + 4 * t);
	for (int t = 16; t < 64; t++) {
		const uint32_t s0 = rotate(w[t - 15], 7) ^
				    rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
		const uint32_t s1 = rotate(w[t - 2], 17) ^
				    rotate(w[t - 2], 19) ^ w[t - 2] >> 10;

		w[t] = s1 + w[t - 7] + s0 + w[t - 16];
	}
}

/* One step: v is a, b, ... h. */
static void step(uint32_t v[8], uint32_t k_plus_w)
{
	const uint32_t sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^
			      rotate(v[4], 25);
	const uint32_t sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^
			      rotate(v[0], 22);
	const uint32_t ch = (v[4] & v[5]) ^ (~v[4] & v[6]);
	const uint32_t maj = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
	const uint32_t t1 = v[7] + sum1 + ch + k_plus_w;

	v[7] = v[6];
	v[6] = v[5];
	v[5] = v[4];
	v[4] = v[3] + t1;
	v[3] = v[2];
	v[2] = v[1];
	v[1] = v[0];
	v[0] = t1 + sum0 + maj;
}

static void compress(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[64];
	uint32_t v[8];

	schedule(w, block);
	for (int i = 0; i < 8; i++)
		v[i] = state[i];
	for (int t = 0; t < 64; t++)
		step(v, K[t] + w[t]);
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
}

void sha256_init(struct sha256 *sha)
{
	*sha = (struct sha256){
		.state = { 0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
			   0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19 },
	};
}

void sha256_update(struct sha256 *sha, const void *data, size_t size)
{
	const uint8_t *from = data;
	size_t held = sha->size % SHA256_BLOCK;

	sha->size += size;
	while (held + size >= SHA256_BLOCK) {
		const size_t taken = SHA256_BLOCK - held;

		if (held) {
			__builtin_memcpy(sha->block + held, from, taken);
			compress(sha->state, sha->block);
		} else {
			compress(sha->state, from);
		}
		from += taken;
		size -= taken;
		held = 0;
	}
	if (size)
		__builtin_memcpy(sha->block + held, from, size);
}

void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_SIZE])
{
	static const uint8_t padding[SHA256_BLOCK] = { 0x80 };
	const uint64_t bits = sha->size * 8;
	const size_t held = sha->size % SHA256_BLOCK;
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	/* A 1 bit, zeros up to 8 bytes before the end of a block, the size. */
	sha256_update(sha, padding, held < 56 ? 56 - held : 120 - held);
	sha256_update(sha, length, sizeof(length));
	for (size_t i = 0; i < SHA256_SIZE; i++)
		digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}
