/* SPDX-License-Identifier: MIT */
/*
 * SHA-384 and SHA-512 after FIPS 180-4; names of functions and constants are
 * those of the standard. Each boot of a TD in the emulator hashes several
 * megabytes under QEMU's TCG, so the rounds avoid moves: the eight working
 * variables rotate by index, and indices are constants after inlining.
 */
#include "lib/sha384.h"

#include <string.h>

#define ROUNDS 80

static const uint64_t K[ROUNDS] = {
	UINT64_C(0x428a2f98d728ae22), UINT64_C(0x7137449123ef65cd),
	UINT64_C(0xb5c0fbcfec4d3b2f), UINT64_C(0xe9b5dba58189dbbc),
	UINT64_C(0x3956c25bf348b538), UINT64_C(0x59f111f1b605d019),
	UINT64_C(0x923f82a4af194f9b), UINT64_C(0xab1c5ed5da6d8118),
	UINT64_C(0xd807aa98a3030242), UINT64_C(0x12835b0145706fbe),
	UINT64_C(0x243185be4ee4b28c), UINT64_C(0x550c7dc3d5ffb4e2),
	UINT64_C(0x72be5d74f27b896f), UINT64_C(0x80deb1fe3b1696b1),
	UINT64_C(0x9bdc06a725c71235), UINT64_C(0xc19bf174cf692694),
	UINT64_C(0xe49b69c19ef14ad2), UINT64_C(0xefbe4786384f25e3),
	UINT64_C(0x0fc19dc68b8cd5b5), UINT64_C(0x240ca1cc77ac9c65),
	UINT64_C(0x2de92c6f592b0275), UINT64_C(0x4a7484aa6ea6e483),
	UINT64_C(0x5cb0a9dcbd41fbd4), UINT64_C(0x76f988da831153b5),
	UINT64_C(0x983e5152ee66dfab), UINT64_C(0xa831c66d2db43210),
	UINT64_C(0xb00327c898fb213f), UINT64_C(0xbf597fc7beef0ee4),
	UINT64_C(0xc6e00bf33da88fc2), UINT64_C(0xd5a79147930aa725),
	UINT64_C(0x06ca6351e003826f), UINT64_C(0x142929670a0e6e70),
	UINT64_C(0x27b70a8546d22ffc), UINT64_C(0x2e1b21385c26c926),
	UINT64_C(0x4d2c6dfc5ac42aed), UINT64_C(0x53380d139d95b3df),
	UINT64_C(0x650a73548baf63de), UINT64_C(0x766a0abb3c77b2a8),
	UINT64_C(0x81c2c92e47edaee6), UINT64_C(0x92722c851482353b),
	UINT64_C(0xa2bfe8a14cf10364), UINT64_C(0xa81a664bbc423001),
	UINT64_C(0xc24b8b70d0f89791), UINT64_C(0xc76c51a30654be30),
	UINT64_C(0xd192e819d6ef5218), UINT64_C(0xd69906245565a910),
	UINT64_C(0xf40e35855771202a), UINT64_C(0x106aa07032bbd1b8),
	UINT64_C(0x19a4c116b8d2d0c8), UINT64_C(0x1e376c085141ab53),
	UINT64_C(0x2748774cdf8eeb99), UINT64_C(0x34b0bcb5e19b48a8),
	UINT64_C(0x391c0cb3c5c95a63), UINT64_C(0x4ed8aa4ae3418acb),
	UINT64_C(0x5b9cca4f7763e373), UINT64_C(0x682e6ff3d6b2b8a3),
	UINT64_C(0x748f82ee5defb2fc), UINT64_C(0x78a5636f43172f60),
	UINT64_C(0x84c87814a1f0ab72), UINT64_C(0x8cc702081a6439ec),
	UINT64_C(0x90befffa23631e28), UINT64_C(0xa4506cebde82bde9),
	UINT64_C(0xbef9a3f7b2c67915), UINT64_C(0xc67178f2e372532b),
	UINT64_C(0xca273eceea26619c), UINT64_C(0xd186b8c721c0c207),
	UINT64_C(0xeada7dd6cde0eb1e), UINT64_C(0xf57d4f7fee6ed178),
	UINT64_C(0x06f067aa72176fba), UINT64_C(0x0a637dc5a2c898a6),
	UINT64_C(0x113f9804bef90dae), UINT64_C(0x1b710b35131c471b),
	UINT64_C(0x28db77f523047d84), UINT64_C(0x32caab7b40c72493),
	UINT64_C(0x3c9ebe0a15c9bebc), UINT64_C(0x431d67c49c100d4c),
	UINT64_C(0x4cc5d4becb3e42b6), UINT64_C(0x597f299cfc657e2a),
	UINT64_C(0x5fcb6fab3ad6faec), UINT64_C(0x6c44198c4a475817),
};

static const uint64_t sha384_initial[8] = {
	UINT64_C(0xcbbb9d5dc1059ed8), UINT64_C(0x629a292a367cd507),
	UINT64_C(0x9159015a3070dd17), UINT64_C(0x152fecd8f70e5939),
	UINT64_C(0x67332667ffc00b31), UINT64_C(0x8eb44a8768581511),
	UINT64_C(0xdb0c2e0d64f98fa7), UINT64_C(0x47b5481dbefa4fa4),
};

static const uint64_t sha512_initial[8] = {
	UINT64_C(0x6a09e667f3bcc908), UINT64_C(0xbb67ae8584caa73b),
	UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1),
	UINT64_C(0x510e527fade682d1), UINT64_C(0x9b05688c2b3e6c1f),
	UINT64_C(0x1f83d9abfb41bd6b), UINT64_C(0x5be0cd19137e2179),
};

static inline uint64_t rotr(uint64_t x, unsigned int n)
{
	return x >> n | x << (64 - n);
}

/* Rotations by 14, 18 and 41, nested so that one copy of x is enough. */
static inline uint64_t Sigma1(uint64_t x)
{
	return rotr(rotr(rotr(x, 23) ^ x, 4) ^ x, 14);
}

/* Rotations by 28, 34 and 39, likewise. */
static inline uint64_t Sigma0(uint64_t x)
{
	return rotr(rotr(rotr(x, 5) ^ x, 6) ^ x, 28);
}

static inline uint64_t sigma0(uint64_t x)
{
	return rotr(rotr(x, 7) ^ x, 1) ^ x >> 7;
}

static inline uint64_t sigma1(uint64_t x)
{
	return rotr(rotr(x, 42) ^ x, 19) ^ x >> 6;
}

/*
 * Round t of eight: a is v[-t mod 8], b the next one and so on, so that the
 * standard's "h = g, g = f, ..." costs nothing.
 */
static inline void sha512_round(uint64_t v[8], unsigned int t, uint64_t kw)
{
	const uint64_t a = v[(8 - t) % 8];
	const uint64_t b = v[(9 - t) % 8];
	const uint64_t c = v[(10 - t) % 8];
	const uint64_t e = v[(12 - t) % 8];
	const uint64_t f = v[(13 - t) % 8];
	const uint64_t g = v[(14 - t) % 8];
	uint64_t *const h = &v[(15 - t) % 8];

	*h += kw + Sigma1(e) + (((f ^ g) & e) ^ g);
	v[(11 - t) % 8] += *h;
	*h += Sigma0(a) + ((a & b) | ((a | b) & c));
}

static void sha512_schedule(uint64_t W[ROUNDS], const uint8_t *block)
{
	for (size_t t = 0; t < 16; t++) {
		uint64_t word;

		memcpy(&word, block + 8 * t, sizeof(word));
		W[t] = __builtin_bswap64(word);
	}
	for (size_t t = 16; t < ROUNDS; t++)
		W[t] = sigma1(W[t - 2]) + W[t - 7] + sigma0(W[t - 15]) +
		       W[t - 16];
}

static void sha512_compress(uint64_t state[8], const uint8_t *block)
{
	uint64_t W[ROUNDS];
	uint64_t v[8];

	sha512_schedule(W, block);
	memcpy(v, state, sizeof(v));
	for (size_t t = 0; t < ROUNDS; t += 8) {
		sha512_round(v, 0, K[t] + W[t]);
		sha512_round(v, 1, K[t + 1] + W[t + 1]);
		sha512_round(v, 2, K[t + 2] + W[t + 2]);
		sha512_round(v, 3, K[t + 3] + W[t + 3]);
		sha512_round(v, 4, K[t + 4] + W[t + 4]);
		sha512_round(v, 5, K[t + 5] + W[t + 5]);
		sha512_round(v, 6, K[t + 6] + W[t + 6]);
		sha512_round(v, 7, K[t + 7] + W[t + 7]);
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += v[i];
}

void sha512_init(struct sha512 *sha)
{
	memcpy(sha->state, sha512_initial, sizeof(sha->state));
	sha->length = 0;
}

void sha512_update(struct sha512 *sha, const void *data, size_t size)
{
	const uint8_t *at = data;
	const size_t filled = sha->length % SHA512_BLOCK_SIZE;

	if (!size)
		return;
	sha->length += size;
	if (filled) {
		const size_t room = SHA512_BLOCK_SIZE - filled;
		const size_t part = size < room ? size : room;

		memcpy(sha->block + filled, at, part);
		if (part < room)
			return;
		sha512_compress(sha->state, sha->block);
		at += part;
		size -= part;
	}
	for (; size >= SHA512_BLOCK_SIZE; size -= SHA512_BLOCK_SIZE) {
		sha512_compress(sha->state, at);
		at += SHA512_BLOCK_SIZE;
	}
	memcpy(sha->block, at, size);
}

static void store_be64(uint8_t *to, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(to, &value, sizeof(value));
}

/* FIPS 180-4, Padding the Message: a one bit, zeros, the length in bits. */
static void sha512_pad(struct sha512 *sha)
{
	size_t filled = sha->length % SHA512_BLOCK_SIZE;

	sha->block[filled++] = 0x80;
	if (filled > SHA512_BLOCK_SIZE - 16) {
		memset(sha->block + filled, 0, SHA512_BLOCK_SIZE - filled);
		sha512_compress(sha->state, sha->block);
		filled = 0;
	}
	memset(sha->block + filled, 0, SHA512_BLOCK_SIZE - 8 - filled);
	store_be64(sha->block + SHA512_BLOCK_SIZE - 8, sha->length * 8);
	sha512_compress(sha->state, sha->block);
}

void sha512_final(struct sha512 *sha, uint8_t digest[SHA512_SIZE])
{
	sha512_pad(sha);
	for (size_t i = 0; i < 8; i++)
		store_be64(digest + 8 * i, sha->state[i]);
}

void sha384_init(struct sha384 *sha)
{
	memcpy(sha->core.state, sha384_initial, sizeof(sha->core.state));
	sha->core.length = 0;
}

void sha384_update(struct sha384 *sha, const void *data, size_t size)
{
	sha512_update(&sha->core, data, size);
}

void sha384_final(struct sha384 *sha, uint8_t digest[SHA384_SIZE])
{
	uint8_t whole[SHA512_SIZE];

	sha512_final(&sha->core, whole);
	memcpy(digest, whole, SHA384_SIZE);
}

void sha384_digest(const void *data, size_t size, uint8_t digest[SHA384_SIZE])
{
	struct sha384 sha;

	sha384_init(&sha);
	sha384_update(&sha, data, size);
	sha384_final(&sha, digest);
}
