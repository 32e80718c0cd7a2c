/* SPDX-License-Identifier: MIT */
/*
 * lib/sha384: the examples of FIPS 180-4, NIST's additional and long messages
 * and every message length and split around the block boundaries, against
 * digests made with OpenSSL. UNIT_LONG=1 in the environment adds NIST's
 * extremely long message (1 GiB).
 */
#include "tests/unit/expect.h"

#include "lib/sha384.h"

struct vector {
	const char *name;
	const char *piece;
	size_t repeats;
	const char *sha384;
	const char *sha512;
};

static const struct vector vectors[] = {
	{ "empty", "", 1,
	  "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743"
	  "4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
	  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	  "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e" },
	{ "abc", "abc", 1,
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
	  "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ "896 bits",
	  "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
	  "09330c33f71147e83d192fc782cd1b4753111b173b3b05d2"
	  "2fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
	  "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	  "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909" },
	{ "1000 times 0x41", "A", 1000,
	  "7df01148677b7f18617eee3a23104f0eed6bb8c90a6046f7"
	  "15c9445ff43c30d69e9e7082de39c3452fd1d3afd9ba0689",
	  "329c52ac62d1fe731151f2b895a00475445ef74f50b979c6f7bb7cae349328c1"
	  "d4cb4f7261a0ab43f936a24b000651d4a824fcdd577f211aef8f806b16afe8af" },
	{ "1005 times 0x55", "U", 1005,
	  "1bb8e256da4a0d1e87453528254f223b4cb7e49c4420dbfa"
	  "766bba4adba44eeca392ff6a9f565bc347158cc970ce44ec",
	  "59f5e54fe299c6a8764c6b199e44924a37f59e2b56c3ebad939b7289210dc8e4"
	  "c21b9720165b0f4d4374c90f1bf4fb4a5ace17a1161798015052893a48c3d161" },
	{ "a million times a", "aaaaaaaaaa", 100000,
	  "9d0e1809716474cb086e834e310a4a1ced149e9c00f24852"
	  "7972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985",
	  "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
	  "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b" },
	{ "1 GiB", "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
	  "hijklmno", 16777216,
	  "5441235cc0235341ed806a64fb354742b5e5c02a3c5cb71b"
	  "5f63fb793458d8fdae599c8cd8884943c04f11b31b89f023",
	  "b47c933421ea2db149ad6e10fce6c7f93d0752380180ffd7f4629a712134831d"
	  "77be6091b819ed352c2967a2e2d4fa5050723c9630691f1a05a7281dbe6c1086" },
};

/* NIST's additional messages of zeros, where padding just fits or not. */
static const struct {
	size_t size;
	const char *sha384;
} zeros[] = {
	{ 111, "435770712c611be7293a66dd0dc8d1450dc7ff7337bfe115"
	       "bf058ef2eb9bed09cee85c26963a5bcc0905dc2df7cc6a76" },
	{ 112, "3e0cbf3aee0e3aa70415beae1bd12dd7db821efa446440f1"
	       "2132edffce76f635e53526a111491e75ee8e27b9700eec20" },
	{ 113, "6be9af2cf3cd5dd12c8d9399ec2b34e66034fbd699d4e022"
	       "1d39074172a380656089caafe8f39963f94cc7c0a07e3d21" },
	{ 122, "12a72ae4972776b0db7d73d160a15ef0d19645ec96c7f816"
	       "411ab780c794aa496a22909d941fe671ed3f3caee900bdd5" },
	{ 1000, "aae017d4ae5b6346dd60a19d52130fb55194b6327dd40b89"
		"c11efc8222292de81e1a23c9b59f9f58b7f6ad463fa108ca" },
	{ 1000000, "8a1979f9049b3fff15ea3a43a4cf84c634fd14acad1c333f"
		   "ecb72c588b68868b66a994386dc0cd1687b9ee2e34983b81" },
};

static uint8_t message[1000000];

static void check_vector(const struct vector *vector)
{
	const size_t size = strlen(vector->piece);
	uint8_t digest[SHA512_SIZE];
	struct sha384 sha384;
	struct sha512 sha512;

	sha384_init(&sha384);
	sha512_init(&sha512);
	for (size_t i = 0; i < vector->repeats; i++) {
		sha384_update(&sha384, vector->piece, size);
		sha512_update(&sha512, vector->piece, size);
	}
	sha384_final(&sha384, digest);
	expect_hex(digest, SHA384_SIZE, vector->sha384, vector->name);
	sha512_final(&sha512, digest);
	expect_hex(digest, SHA512_SIZE, vector->sha512, vector->name);
}

static void fill(size_t size)
{
	for (size_t i = 0; i < size; i++)
		message[i] = (uint8_t)(i * 7 + size);
}

/* One digest over the digests of 1024 messages, of 0 to 1023 bytes. */
static void check_lengths(void)
{
	uint8_t digest[SHA512_SIZE];
	struct sha384 all384;
	struct sha512 all512;
	struct sha512 sha512;

	sha384_init(&all384);
	sha512_init(&all512);
	for (size_t size = 0; size < 1024; size++) {
		fill(size);
		sha384_digest(message, size, digest);
		sha384_update(&all384, digest, SHA384_SIZE);
		sha512_init(&sha512);
		sha512_update(&sha512, message, size);
		sha512_final(&sha512, digest);
		sha512_update(&all512, digest, SHA512_SIZE);
	}
	sha384_final(&all384, digest);
	expect_hex(digest, SHA384_SIZE,
		   "6f8007128d41138f0c11030d2e6c8bef3da7d5addf3c5d7b"
		   "0e6709d3470ca125e1f2943e771d2cbe374575919ebf2208",
		   "SHA-384 of all lengths");
	sha512_final(&all512, digest);
	expect_hex(digest, SHA512_SIZE,
		   "a092dd5432523f76703a1b421e31ff2f"
		   "468d81e734597e58abb3370f17e58660"
		   "464840601323e27e63cd018ae94dbd9d"
		   "2493e8258b69ce44abf18191ccc5c39b",
		   "SHA-512 of all lengths");
}

/* A message cut in three anywhere has the digest of the whole. */
static void check_splits(void)
{
	uint8_t whole[SHA384_SIZE];
	uint8_t parts[SHA384_SIZE];
	struct sha384 sha;
	const size_t size = 300;

	fill(size);
	sha384_digest(message, size, whole);
	for (size_t a = 0; a <= size; a++) {
		for (size_t b = a; b <= size; b++) {
			sha384_init(&sha);
			sha384_update(&sha, message, a);
			sha384_update(&sha, message + a, b - a);
			sha384_update(&sha, message + b, size - b);
			sha384_final(&sha, parts);
			expect_bytes(parts, whole, sizeof(whole), "a split");
		}
	}
}

int main(void)
{
	const char *with_long = getenv("UNIT_LONG");
	uint8_t digest[SHA384_SIZE];

	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		sha384_digest(message, zeros[i].size, digest);
		expect_hex(digest, sizeof(digest), zeros[i].sha384, "zeros");
	}
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (vectors[i].repeats < 1000000 || with_long)
			check_vector(&vectors[i]);
	}
	check_lengths();
	check_splits();
	return expect_result("sha384");
}
