/* SPDX-License-Identifier: MIT */
/*
 * memcpy() and memset() for all short sizes, long ones, and all alignments:
 * each byte that should change does, none beside them.
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

#define GUARD 16
#define SIZE_MAX_TRIED 1600

static uint8_t from[SIZE_MAX_TRIED + 2 * GUARD];
static uint8_t to[SIZE_MAX_TRIED + 2 * GUARD];

static uint8_t pattern(size_t i)
{
	return (uint8_t)(i * 7 + 1) | 1;
}

/* The bytes of to around [start, start + size) are zero still. */
static bool is_clean_around(size_t start, size_t size)
{
	for (size_t i = 0; i < start; i++)
		if (to[i])
			return false;
	for (size_t i = start + size; i < start + size + GUARD; i++)
		if (to[i])
			return false;
	return true;
}

static void wipe(size_t size)
{
	for (size_t i = 0; i < size + 2 * GUARD; i++)
		to[i] = 0;
}

static bool copies(size_t size, size_t from_at, size_t to_at)
{
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;

	wipe(size);
	if (copy(to + to_at, from + from_at, size) != to + to_at)
		return false;
	for (size_t i = 0; i < size; i++)
		if (to[to_at + i] != pattern(from_at + i))
			return false;
	return is_clean_around(to_at, size);
}

static bool sets(size_t size, size_t to_at)
{
	void *(*volatile set)(void *, int, size_t) = memset;

	wipe(size);
	if (set(to + to_at, 0x1C3, size) != to + to_at)
		return false;
	for (size_t i = 0; i < size; i++)
		if (to[to_at + i] != 0xC3)
			return false;
	return is_clean_around(to_at, size);
}

static size_t next_size(size_t size)
{
	return size < 300 ? size + 1 : size + 97;
}

int main(void)
{
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = pattern(i);
	for (size_t size = 0; size <= SIZE_MAX_TRIED; size = next_size(size)) {
		for (size_t at = 0; at < 9; at++) {
			if (!CHECK(copies(size, at, (at * 5) % 8)) ||
			    !CHECK(sets(size, at)))
				printf("size %zu, alignment %zu\n", size, at);
		}
	}
	return check_verdict();
}
