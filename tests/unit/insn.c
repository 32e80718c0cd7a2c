/* SPDX-License-Identifier: MIT */
/*
 * lib/insn against Zydis: every claimed opcode with every ModRM, SIB and REX
 * byte and many prefixes, then ten million strings of random bytes. All of it
 * takes a core a quarter of a minute.
 *
 * limit: 900
 * Links: lib/insn*.c
 * Libraries: -lZydis
 */
#include "tests/unit/insn_check.h"

/* Opcodes that must be accepted with a memory operand (or a port). */
static const char *const claims[] = {
	"\x00", "\x01", "\x02", "\x03", "\x08", "\x09", "\x0A", "\x0B",
	"\x10", "\x11", "\x12", "\x13", "\x18", "\x19", "\x1A", "\x1B",
	"\x20", "\x21", "\x22", "\x23", "\x28", "\x29", "\x2A", "\x2B",
	"\x30", "\x31", "\x32", "\x33", "\x38", "\x39", "\x3A", "\x3B",
	"\x63", "\x6C", "\x6D", "\x6E", "\x6F", "\x80", "\x81", "\x83",
	"\x84", "\x85", "\x86", "\x87", "\x88", "\x89", "\x8A", "\x8B",
	"\xA0", "\xA1", "\xA2", "\xA3", "\xA4", "\xA5", "\xAA", "\xAB",
	"\xC6", "\xC7", "\xE4", "\xE5", "\xE6", "\xE7", "\xEC", "\xED",
	"\xEE", "\xEF", "\xF6", "\xF7", "\xFE", "\xFF", "\x0F\xA3",
	"\x0F\xAB", "\x0F\xB3", "\x0F\xBB", "\x0F\xC3", "\x0F\x10",
	"\x0F\x11", "\x0F\x28", "\x0F\x29", "\x0F\x2B", "\x0F\x6E",
	"\x0F\x6F", "\x0F\x7E", "\x0F\x7F", "\x0F\xD6", "\x0F\xE7",
	"\x0F\xF0", "\x0F\x38\x2A", "\x0F\xB6", "\x0F\xB7",
	"\x0F\xBA", "\x0F\xBE", "\x0F\xBF", "\x0F\x38\xF0", "\x0F\x38\xF1",
};

static const char *const prefixes[] = {
	"", "\x66", "\x67", "\xF0", "\xF2", "\xF3", "\x64", "\x65", "\x2E",
	"\x66\x67", "\x66\xF0", "\x67\xF0", "\x66\xF3", "\xF3\x66",
	"\x66\xF2", "\x64\x67", "\x65\x66", "\x67\xF3", "\xF2\xF3",
	"\xF3\xF2", "\x64\x65", "\x65\x64", "\x64\x2E", "\x36\x65",
	"\x26\x66\x67", "\xF0\xF2", "\xF0\xF3", "\x66\x66\x66", "\x48",
	"\x48\x66", "\x66\x67\xF3\x65",
};

/* The shortest claim is "\x00": its length cannot be measured. */
static size_t claim_size(size_t i)
{
	return claims[i][0] ? strlen(claims[i]) : 1;
}

static void check_one(size_t claim, const char *prefix, uint8_t rex,
		      uint8_t modrm, uint8_t sib)
{
	uint8_t bytes[INSN_LENGTH_MAX + 8];
	size_t at = strlen(prefix);

	memcpy(bytes, prefix, at);
	if (rex)
		bytes[at++] = rex;
	memcpy(bytes + at, claims[claim], claim_size(claim));
	at += claim_size(claim);
	bytes[at++] = modrm;
	bytes[at++] = sib;
	while (at < sizeof(bytes))
		bytes[at++] = (uint8_t)random_u64();
	check(bytes);
}

/* All REX, ModRM and SIB bytes; step > 1 leaves out REX and SIB bytes. */
static void check_claim(size_t claim, const char *prefix, int step)
{
	for (int rex = 0; rex <= 16; rex += step > 1 ? 3 : 1) {
		for (int modrm = 0; modrm < 256; modrm++) {
			const bool has_sib = modrm < 0xC0 && (modrm & 7) == 4;

			for (int sib = 0; sib < (has_sib ? 256 : 1);
			     sib += step)
				check_one(claim, prefix,
					  (uint8_t)(rex ? 0x3F + rex : 0),
					  (uint8_t)modrm, (uint8_t)sib);
		}
	}
}

static void check_claims(void)
{
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		const unsigned long before = accepted;

		for (size_t k = 0; k < sizeof(prefixes) / sizeof(prefixes[0]);
		     k++)
			check_claim(i, prefixes[k], k ? 37 : 1);
		expect_true(accepted > before, "a claimed opcode is accepted");
	}
}

/* C5 or C4 with these payload bytes, before every opcode. */
static void check_vex_payload(const uint8_t *vex, size_t size)
{
	static const uint8_t before[] = {
		0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x65, 0x48, 0x2E,
	};
	uint8_t bytes[INSN_LENGTH_MAX + 8];

	for (int opcode = 0; opcode < 256; opcode++) {
		size_t at = random_u64() % 8 == 0;

		/* Now and then after a prefix: legal or not. */
		bytes[0] = before[random_u64() % sizeof(before)];
		memcpy(bytes + at, vex, size);
		at += size;
		bytes[at++] = (uint8_t)opcode;
		while (at < sizeof(bytes))
			bytes[at++] = (uint8_t)random_u64();
		check(bytes);
		if (opcode % 16 == 0)
			check_bounds(bytes);
	}
}

static void check_vex(void)
{
	const unsigned long before = accepted;

	for (int last = 0; last < 256; last++) {
		const uint8_t two[2] = { 0xC5, (uint8_t)last };

		/* More often where no second source is named. */
		for (int i = 0; i < ((last & 0x78) == 0x78 ? 64 : 1); i++)
			check_vex_payload(two, 2);
		for (int rxb = 0; rxb < 8; rxb++) {
			for (int map = 0; map < 4; map++) {
				const uint8_t three[3] = {
					0xC4, (uint8_t)(rxb << 5 | map),
					(uint8_t)last,
				};

				check_vex_payload(three, 3);
			}
		}
	}
	expect_true(accepted > before + 4000, "VEX is accepted");
}

static void check_random(void)
{
	uint8_t bytes[24];

	for (int i = 0; i < 10000000; i++) {
		size_t claim;

		for (size_t k = 0; k < sizeof(bytes); k += 8) {
			const uint64_t value = random_u64();

			memcpy(bytes + k, &value, 8);
		}
		claim = bytes[21] % ARRAY_SIZE(claims);
		if (i & 1)
			bytes[bytes[20] & 3] = (uint8_t)claims[claim][0];
		check(bytes);
		if (i % 16 == 1)
			check_bounds(bytes);
	}
}

int main(void)
{
	check_init();
	check_claims();
	check_vex();
	check_random();
	expect_true(accepted > 4000000, "millions of instructions accepted");
	return expect_result("insn");
}
