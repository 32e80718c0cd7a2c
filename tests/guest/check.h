/* SPDX-License-Identifier: MIT */
/*
 * The judge of tests that run as programs in a TD: prints what fails, with
 * its place and values, and nothing else. The verdict is the last line; a
 * test that checked nothing has failed.
 *
 * A test that must end in a fatal report says so in its first lines: "exit:
 * 3" (emu/td-run's status) and "expect:" with the report's text.
 */
#ifndef TESTS_GUEST_CHECK_H
#define TESTS_GUEST_CHECK_H

#include <stdio.h>
#include <string.h>

#include "lib/compiler.h"
#include "lib/types.h"

#define CHECK(is_true) check_true(!!(is_true), #is_true, __FILE__, __LINE__)
/* Integers of any type and pointers, shown as unsigned 64-bit numbers. */
#define CHECK_EQUAL(got, want)                                           \
	check_equal((uint64_t)(got), (uint64_t)(want), #got, __FILE__,   \
		    __LINE__)
#define CHECK_TEXT(got, want) \
	check_text((got), (want), #got, __FILE__, __LINE__)

static unsigned int check_count;
static unsigned int check_failures;

static inline bool check_true(bool is_true, const char *what,
			      const char *file, int line)
{
	check_count++;
	if (is_true)
		return true;
	check_failures++;
	printf("%s:%d: not true: %s\n", file, line, what);
	return false;
}

static inline bool check_equal(uint64_t got, uint64_t want, const char *what,
			       const char *file, int line)
{
	check_count++;
	if (got == want)
		return true;
	check_failures++;
	printf("%s:%d: %s: got %#lx (%ld), want %#lx (%ld)\n", file, line,
	       what, got, (long)got, want, (long)want);
	return false;
}

static inline bool check_text(const char *got, const char *want,
			      const char *what, const char *file, int line)
{
	check_count++;
	if (!strcmp(got, want))
		return true;
	check_failures++;
	printf("%s:%d: %s: got '%s', want '%s'\n", file, line, what, got,
	       want);
	return false;
}

/* For `return check_verdict();` at the end of main(). */
static inline int check_verdict(void)
{
	printf("%u checks, %u failed\n", check_count, check_failures);
	printf("RESULT: %s\n",
	       check_count && !check_failures ? "SUCCESS" : "FAILURE");
	return 0;
}

/* For the end of a test that should not have lived so long. */
static inline int check_survived(void)
{
	printf("still alive\nRESULT: FAILURE\n");
	return 0;
}

#endif
