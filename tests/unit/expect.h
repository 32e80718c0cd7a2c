/* SPDX-License-Identifier: MIT */
/*
 * The judge of the emulator's table tests: counts checks, prints each one
 * that fails with both values, and turns the count into an exit status. A
 * test that checked nothing has failed.
 */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long expect_checks;
static unsigned long expect_failures;

static inline bool expect_true(bool is_true, const char *what)
{
	expect_checks++;
	if (is_true)
		return true;
	expect_failures++;
	printf("FAILED: %s\n", what);
	return false;
}

static inline bool expect_u64(uint64_t got, uint64_t want, const char *what)
{
	expect_checks++;
	if (got == want)
		return true;
	expect_failures++;
	printf("FAILED: %s: got 0x%" PRIx64 ", want 0x%" PRIx64 "\n", what,
	       got, want);
	return false;
}

static inline void expect_text(const char *got, const char *want,
			       const char *what)
{
	expect_checks++;
	if (strcmp(got, want) == 0)
		return;
	expect_failures++;
	printf("FAILED: %s:\n  got  %s\n  want %s\n", what, got, want);
}

/* Compares bytes with lower-case hexadecimal digits. */
static inline void expect_hex(const uint8_t *got, size_t size,
			      const char *want, const char *what)
{
	static const char digits[] = "0123456789abcdef";
	char text[257];

	if (!expect_true(size < sizeof(text) / 2, what))
		return;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[got[i] >> 4];
		text[2 * i + 1] = digits[got[i] & 15];
	}
	text[2 * size] = '\0';
	expect_text(text, want, what);
}

static inline void expect_bytes(const void *got, const void *want, size_t size,
				const char *what)
{
	expect_true(memcmp(got, want, size) == 0, what);
}

/* The last line of a test and its exit status. */
static inline int expect_result(const char *test)
{
	const bool is_good = expect_checks && !expect_failures;

	printf("%s: %lu checks, %lu failed\n", test, expect_checks,
	       expect_failures);
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
