/* SPDX-License-Identifier: MIT */
/*
 * malloc() and its relatives: contents survive, blocks do not overlap, are
 * aligned, and everything comes back.
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "kernel/app.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

#define BLOCKS 400
#define ROUNDS 40000
#define SIZE_MAX_SMALL 3000
#define SIZE_MAX_LARGE 70000

static struct {
	uint8_t *data;
	size_t size;
	uint8_t fill;
} blocks[BLOCKS];

static uint32_t next_random(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static bool is_filled(const uint8_t *data, size_t size, uint8_t fill)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != fill)
			return false;
	return true;
}

static void drop(size_t i)
{
	if (!blocks[i].data)
		return;
	CHECK(is_filled(blocks[i].data, blocks[i].size, blocks[i].fill));
	free(blocks[i].data);
	blocks[i].data = NULL;
}

static void take(size_t i, size_t size)
{
	blocks[i].data = malloc(size);
	blocks[i].size = size;
	blocks[i].fill = (uint8_t)next_random();
	if (!CHECK(blocks[i].data != NULL))
		return;
	CHECK_EQUAL((uintptr_t)blocks[i].data % 16, 0);
	CHECK(malloc_usable_size(blocks[i].data) >= size);
	memset(blocks[i].data, blocks[i].fill, size);
}

static void resize(size_t i, size_t size)
{
	const size_t kept = size < blocks[i].size ? size : blocks[i].size;
	uint8_t *data = realloc(blocks[i].data, size);

	if (!CHECK(data != NULL))
		return;
	CHECK(is_filled(data, kept, blocks[i].fill));
	memset(data, blocks[i].fill, size);
	blocks[i].data = data;
	blocks[i].size = size;
}

static void stress(void)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		const size_t i = next_random() % BLOCKS;
		const size_t limit = next_random() % 16 ? SIZE_MAX_SMALL :
							  SIZE_MAX_LARGE;
		const size_t size = next_random() % limit + 1;

		if (blocks[i].data && next_random() % 3 == 0) {
			resize(i, size);
			continue;
		}
		drop(i);
		take(i, size);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		drop(i);
}

static void relatives(void)
{
	uint8_t *dirty = malloc(500);
	uint8_t *block;
	void *out = NULL;

	memset(dirty, 0xFF, 500);
	free(dirty);
	block = calloc(50, 10);
	CHECK(is_filled(block, 500, 0));
	free(block);

	for (size_t alignment = 8; alignment <= 65536; alignment *= 2) {
		block = memalign(alignment, 777);
		if (!CHECK(block != NULL))
			continue;
		CHECK_EQUAL((uintptr_t)block % alignment, 0);
		CHECK(malloc_usable_size(block) >= 777);
		memset(block, 1, 777);
		free(block);
	}
	block = aligned_alloc(4096, 4096);
	CHECK_EQUAL((uintptr_t)block % 4096, 0);
	free(block);

	block = malloc(0);
	CHECK(block != NULL);
	free(block);
	free(NULL);
	block = realloc(NULL, 10);
	CHECK(block != NULL);
	free(block);

	errno = 0;
	CHECK(memalign(24, 100) == NULL);
	CHECK_EQUAL(errno, EINVAL);
	CHECK_EQUAL(posix_memalign(&out, 64, 100), 0);
	CHECK_EQUAL((uintptr_t)out % 64, 0);
	free(out);
	CHECK_EQUAL(posix_memalign(&out, 3, 100), EINVAL);
}

static void refusals(void)
{
	volatile size_t huge = SIZE_MAX - 10;

	errno = 0;
	CHECK(malloc(huge) == NULL);
	CHECK_EQUAL(errno, ENOMEM);
	errno = 0;
	CHECK(malloc(1UL << 45) == NULL);
	CHECK_EQUAL(errno, ENOMEM);
	errno = 0;
	CHECK(calloc(huge / 2, 4) == NULL);
	CHECK_EQUAL(errno, ENOMEM);
	CHECK(memalign(64, huge) == NULL);
	CHECK(realloc(NULL, huge) == NULL);
}

int main(void)
{
	const size_t pages = page_count_free();
	const size_t used = heap_count_used();

	stress();
	relatives();
	refusals();
	CHECK_EQUAL(heap_count_used(), used);
	CHECK_EQUAL(page_count_free(), pages);
	return check_verdict();
}
