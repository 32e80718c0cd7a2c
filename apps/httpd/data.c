/* SPDX-License-Identifier: MIT */
/* The body of downloads: a linear congruential generator's high halves. */
#include "apps/httpd/httpd.h"

#include <string.h>

#include "lib/sha256.h"

/* Knuth, MMIX. */
#define MULTIPLIER UINT64_C(6364136223846793005)
#define INCREMENT UINT64_C(1442695040888963407)

#define DIGEST_PIECE 1024

void data_start(struct data *data)
{
	data->state = 1;
}

void data_fill(struct data *data, void *to, size_t size)
{
	uint8_t *at = to;

	for (; size >= 8; size -= 8, at += 8) {
		uint64_t word;

		data->state = data->state * MULTIPLIER + INCREMENT;
		word = data->state >> 32;
		data->state = data->state * MULTIPLIER + INCREMENT;
		word |= data->state & ~(uint64_t)UINT32_MAX;
		memcpy(at, &word, sizeof(word));
	}
}

static void compute(uint8_t digest[SHA256_SIZE])
{
	uint8_t piece[DIGEST_PIECE];
	struct sha256 sha;
	struct data data;

	sha256_init(&sha);
	data_start(&data);
	for (size_t at = 0; at < MIB; at += sizeof(piece)) {
		data_fill(&data, piece, sizeof(piece));
		sha256_update(&sha, piece, sizeof(piece));
	}
	sha256_final(&sha, digest);
}

void data_write_digest(struct text *text)
{
	static const char digits[] = "0123456789abcdef";
	static uint8_t digest[SHA256_SIZE];
	static bool is_known;

	if (!is_known)
		compute(digest);
	is_known = true;
	for (size_t i = 0; i < sizeof(digest); i++) {
		const char byte[] = { digits[digest[i] >> 4],
				      digits[digest[i] & 15], '\0' };

		text_put(text, byte);
	}
	text_put(text, "  1M\n");
}
