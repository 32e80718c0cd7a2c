/* SPDX-License-Identifier: MIT */
/*
 * The page allocator until nothing is left: pages are zero, lie apart, and
 * all of them come back and grow together again.
 */
#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

#define LARGE 512

struct link {
	struct link *next;
	uintptr_t self;
};

static bool is_zero(const uint8_t *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

/* Each page holds a link and is otherwise filled with garbage. */
static struct link *take_all(size_t *count)
{
	struct link *all = NULL;

	for (*count = 0;; ++*count) {
		struct link *page = page_alloc(1);

		if (!page)
			return all;
		if (!is_zero((uint8_t *)page, PAGE_SIZE))
			CHECK_EQUAL((uintptr_t)page, 0);
		memset(page, 0xA5, PAGE_SIZE);
		page->next = all;
		page->self = (uintptr_t)page;
		all = page;
	}
}

static void give_all(struct link *all, size_t *count)
{
	for (*count = 0; all; ++*count) {
		struct link *page = all;

		all = page->next;
		if (page->self != (uintptr_t)page ||
		    (uintptr_t)page % PAGE_SIZE)
			CHECK_EQUAL(page->self, (uintptr_t)page);
		page_free(page, 1);
	}
}

static void check_exhaustion(void)
{
	const size_t before = page_count_free();
	size_t taken;
	size_t given;
	struct link *all = take_all(&taken);

	CHECK_EQUAL(taken, before);
	CHECK_EQUAL(page_count_free(), 0);
	CHECK(page_alloc(1) == NULL);
	CHECK(page_alloc_shared(1) == NULL);
	CHECK(app_thread("no room", NULL, NULL) != 0);
	give_all(all, &given);
	CHECK_EQUAL(given, taken);
	CHECK_EQUAL(page_count_free(), before);
	CHECK(page_count_total() > before);
}

static void check_runs(void)
{
	const size_t before = page_count_free();
	uint8_t *odd = page_alloc(5);
	uint8_t *large = page_alloc(LARGE);
	uint8_t *single = page_alloc(1);

	CHECK(odd && large && single);
	CHECK_EQUAL(page_count_free(), before - 5 - LARGE - 1);
	CHECK(is_zero(large, LARGE * PAGE_SIZE));
	memset(odd, 1, 5 * PAGE_SIZE);
	memset(large, 2, LARGE * PAGE_SIZE);
	memset(single, 3, PAGE_SIZE);
	CHECK_EQUAL(odd[5 * PAGE_SIZE - 1], 1);
	CHECK_EQUAL(large[0], 2);
	CHECK_EQUAL(page_pa(large), (uintptr_t)large);
	/* Part of a run may go back on its own. */
	page_free(odd + 3 * PAGE_SIZE, 2);
	page_free(odd, 3);
	page_free(large, LARGE);
	page_free(single, 1);
	CHECK_EQUAL(page_count_free(), before);
}

static void check_refusals(void)
{
	CHECK(page_alloc(0) == NULL);
	CHECK(page_alloc(page_count_total() + 1) == NULL);
	CHECK(page_alloc(SIZE_MAX) == NULL);
	CHECK(page_alloc(SIZE_MAX / PAGE_SIZE) == NULL);
	page_free(NULL, 0);
}

int main(void)
{
	check_runs();
	check_refusals();
	check_exhaustion();
	/* After all was in single pages, a large run needs merging. */
	check_runs();
	return check_verdict();
}
