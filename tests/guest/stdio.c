/* SPDX-License-Identifier: MIT */
/*
 * What the C library gives: formats, streams on the console that gather a
 * line before the host sees it, random numbers, and no clock but one.
 */
#define _DEFAULT_SOURCE
#define _POSIX_MONOTONIC_CLOCK 200809L

#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

static void check_formats(void)
{
	volatile size_t few = 4;
	char text[64];

	CHECK_EQUAL(snprintf(text, sizeof(text), "%d %u %lx %c %s %%", -5, 7U,
			     0xABCDEF0123456789UL, 'x', "text"), 30);
	CHECK_TEXT(text, "-5 7 abcdef0123456789 x text %");
	snprintf(text, sizeof(text), "[%-6s|%6s|%06d|%+d]", "ab", "cd", 42, 1);
	CHECK_TEXT(text, "[ab    |    cd|000042|+1]");
	snprintf(text, sizeof(text), "%llu %zu %#x", UINT64_MAX + 0ULL,
		 sizeof(text), 255);
	CHECK_TEXT(text, "18446744073709551615 64 0xff");
	CHECK_EQUAL(snprintf(text, few, "abcdef"), 6);
	CHECK_TEXT(text, "abc");
	CHECK_EQUAL(strtoul("0x1F", NULL, 0), 31);
	CHECK_EQUAL(atoi("-77"), -77);
}

static uint64_t io_calls(void)
{
	return tdx_count(TDX_COUNT_CALL_IO);
}

static void check_line_buffer(void)
{
	uint64_t before = io_calls();

	printf("half a line, ");
	CHECK_EQUAL(io_calls(), before);
	printf("the other half\n");
	CHECK(io_calls() > before);

	before = io_calls();
	printf("flushed ");
	CHECK_EQUAL(io_calls(), before);
	CHECK_EQUAL(fflush(stdout), 0);
	CHECK(io_calls() > before);
	printf("\n");

	before = io_calls();
	for (unsigned int i = 0; i < 300; i++)
		putchar('.');
	CHECK(io_calls() > before);
	putchar('\n');
	CHECK_EQUAL(fprintf(stderr, "to stderr\n"), 10);
	CHECK_EQUAL(getchar(), EOF);
}

static void check_time(void)
{
	struct timespec first;
	struct timespec second;
	struct timeval wall;

	CHECK_EQUAL(clock_gettime(CLOCK_MONOTONIC, &first), 0);
	CHECK_EQUAL(usleep(2000), 0);
	CHECK_EQUAL(clock_gettime(CLOCK_MONOTONIC, &second), 0);
	CHECK((second.tv_sec - first.tv_sec) * 1000000000 + second.tv_nsec -
		      first.tv_nsec >= 2000000);
	errno = 0;
	CHECK_EQUAL(clock_gettime(CLOCK_REALTIME, &first), -1);
	CHECK_EQUAL(errno, EINVAL);
	CHECK_EQUAL(gettimeofday(&wall, NULL), -1);
}

static void check_entropy(void)
{
	uint8_t first[40] = { 0 };
	uint8_t second[40] = { 0 };

	CHECK_EQUAL(getentropy(first, sizeof(first) - 1), 0);
	CHECK_EQUAL(getentropy(second, sizeof(second)), 0);
	CHECK(memcmp(first, second, sizeof(first)) != 0);
	CHECK_EQUAL(first[sizeof(first) - 1], 0);
	CHECK_EQUAL(getentropy(first, 257), -1);
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	int numbers[] = { 5, 3, 9, 1 };

	check_formats();
	check_line_buffer();
	check_time();
	check_entropy();
	qsort(numbers, ARRAY_SIZE(numbers), sizeof(numbers[0]), compare);
	CHECK_EQUAL(numbers[0], 1);
	CHECK_EQUAL(numbers[3], 9);
	return check_verdict();
}
