/* SPDX-License-Identifier: MIT */
/*
 * lib/sha256: the examples of FIPS 180-4 and NIST's long messages, and every
 * split of a message around the block boundaries.
 * Links: lib/sha256.c
 */
#include "tests/unit/expect.h"

#include "lib/sha256.h"

static void check(const char *piece, size_t repeats, const char *want)
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 sha;

	sha256_init(&sha);
	for (size_t i = 0; i < repeats; i++)
		sha256_update(&sha, piece, strlen(piece));
	sha256_final(&sha, digest);
	expect_hex(digest, sizeof(digest), want, piece);
}

static void test_vectors(void)
{
	check("", 1,
	      "e3b0c44298fc1c149afbf4c8996fb924"
	      "27ae41e4649b934ca495991b7852b855");
	check("abc", 1,
	      "ba7816bf8f01cfea414140de5dae2223"
	      "b00361a396177a9cb410ff61f20015ad");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	      "248d6a61d20638b8e5c026930c3e6039"
	      "a33ce45964ff2167f6ecedd419db06c1");
	check("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	      "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	      1,
	      "cf5b16a778af8380036ce59e7b049237"
	      "0b249b11e8f07a51afac45037afee9d1");
	check("a", 1000000,
	      "cdc76e5c9914fb9281a1c7e284d73e67"
	      "f1809a48a497200e046d39ccc7112cd0");
}

/* Whatever the pieces, the digest is that of the whole. */
static void test_splits(void)
{
	uint8_t message[200], whole[SHA256_SIZE], pieces[SHA256_SIZE];
	struct sha256 sha;

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7 + 1);
	for (size_t size = 0; size <= sizeof(message); size++) {
		sha256_init(&sha);
		sha256_update(&sha, message, size);
		sha256_final(&sha, whole);
		for (size_t cut = 0; cut <= size; cut++) {
			sha256_init(&sha);
			sha256_update(&sha, message, cut);
			sha256_update(&sha, message + cut, size - cut);
			sha256_final(&sha, pieces);
			expect_bytes(pieces, whole, sizeof(whole), "split");
		}
	}
}

int main(void)
{
	test_vectors();
	test_splits();
	return expect_result("sha256");
}
