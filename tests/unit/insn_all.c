/* SPDX-License-Identifier: MIT */
/*
 * lib/insn against Zydis: all opcodes of all maps, claimed or not, each with
 * every ModRM byte and a choice of prefixes, REX and SIB bytes. With
 * UNIT_LONG=1 in the environment the choice is wide, and takes minutes.
 *
 * limit: 900
 * Links: lib/insn*.c
 * Libraries: -lZydis
 */
#include "tests/unit/insn_check.h"

/* What stands before the last byte of an opcode. */
static const char *const maps[] = { "", "\x0F", "\x0F\x38", "\x0F\x3A" };

/* Only the first ones if time is short. */
static const char *const prefixes[] = {
	"",	"\x66",	    "\xF3",	"\xF2",	    "\x67",	"\xF0",
	"\x64", "\x66\xF0", "\x66\xF2", "\x66\xF3", "\xF0\xF3", "\x67\x65",
};
static const uint8_t rexes[] = { 0, 0x48, 0x45, 0x40, 0x42, 0x4F };
/* No base, no index, neither, all of R13 and R12, all of RSP and RBP. */
static const uint8_t sibs[] = { 0x25, 0xCB, 0x05, 0xED, 0x6C, 0x24 };

#define SHORT_PREFIXES 4
#define SHORT_REXES 2
#define SHORT_SIBS 2

static bool is_long;

static size_t count(size_t all, size_t few)
{
	return is_long ? all : few;
}

/* Every ModRM byte after these bytes. */
static void check_operands(const uint8_t *start, size_t size)
{
	uint8_t bytes[INSN_LENGTH_MAX + 8];

	memcpy(bytes, start, size);
	for (int modrm = 0; modrm < 256; modrm++) {
		const bool has_sib = modrm < 0xC0 && (modrm & 7) == 4;
		const size_t num_sibs =
			has_sib ? count(sizeof(sibs), SHORT_SIBS) : 1;

		for (size_t i = 0; i < num_sibs; i++) {
			bytes[size] = (uint8_t)modrm;
			bytes[size + 1] = sibs[i];
			for (size_t at = size + 2; at < sizeof(bytes); at++)
				bytes[at] = (uint8_t)random_u64();
			check(bytes);
		}
		if (modrm % 64 == 5)
			check_bounds(bytes);
	}
}

static void check_map(const char *map, const char *prefix, uint8_t rex)
{
	uint8_t bytes[INSN_LENGTH_MAX];
	size_t size = strlen(prefix);

	memcpy(bytes, prefix, size);
	if (rex)
		bytes[size++] = rex;
	memcpy(bytes + size, map, strlen(map));
	size += strlen(map);
	for (int opcode = 0; opcode < 256; opcode++) {
		bytes[size] = (uint8_t)opcode;
		check_operands(bytes, size + 1);
	}
}

int main(void)
{
	is_long = getenv("UNIT_LONG") != NULL;
	check_init();
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		for (size_t k = 0;
		     k < count(ARRAY_SIZE(prefixes), SHORT_PREFIXES); k++)
			for (size_t r = 0;
			     r < count(sizeof(rexes), SHORT_REXES); r++)
				check_map(maps[i], prefixes[k], rexes[r]);
	expect_true(accepted > 100000, "instructions were accepted");
	return expect_result("insn_all");
}
