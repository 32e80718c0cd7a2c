/* SPDX-License-Identifier: MIT */
/*
 * kernel/page on memory of this process, at the same addresses: what is not
 * accepted yet cannot be touched, and is accepted only when it is needed.
 * Links: kernel/page.c
 */
#define _DEFAULT_SOURCE
#include "tests/unit/expect.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/page.h"
#include "kernel/panic.h"

#define BASE UINT64_C(0x200000000000)
#define NUM_PAGES_MAX 20000

static struct {
	paddr_t start;
	paddr_t end;
	unsigned int num_maps;
	paging_alloc alloc;
	uint64_t num_accepted;
	paddr_t refuse_from;
} fake = { .refuse_from = UINT64_MAX };

static void *taken[NUM_PAGES_MAX];
static const char *wanted_panic;	/* how a message must begin */

void panic(const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (wanted_panic && !strncmp(text, wanted_panic, strlen(wanted_panic)))
		exit(EXIT_SUCCESS);
	printf("%s\n", text);
	exit(EXIT_FAILURE);
}

paddr_t tdx_shared_bit(void)
{
	return BIT(47);
}

int tdx_accept(paddr_t start, paddr_t end)
{
	expect_u64((start | end) & PAGE_MASK, 0, "accept: alignment");
	expect_true(start < end, "accept: empty");
	if (end > fake.refuse_from)
		return -EBUSY;
	if (mprotect((void *)(uintptr_t)start, end - start,
		     PROT_READ | PROT_WRITE))
		return -EINVAL;
	fake.num_accepted += (end - start) / PAGE_SIZE;
	return 0;
}

int paging_init(paging_alloc alloc, paddr_t shared_bit)
{
	fake.alloc = alloc;
	return alloc() && shared_bit ? 0 : -ENOMEM;
}

void paging_set_alloc(paging_alloc alloc)
{
	fake.alloc = alloc;
}

int paging_map(paddr_t start, paddr_t end, enum paging_access access)
{
	if (!fake.num_maps++)
		fake.start = start;
	fake.end = end;
	return access == PAGING_WRITE && fake.alloc() ? 0 : -EINVAL;
}

int paging_map_image(void)
{
	return 0;
}

void paging_activate(void)
{
}

static void provide(paddr_t start, paddr_t end, int protection)
{
	void *memory = mmap((void *)(uintptr_t)start, end - start, protection,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (memory == MAP_FAILED)
		panic("mmap");
	/* Boot services leave their data; unaccepted memory has none. */
	if (protection != PROT_NONE)
		memset(memory, 0xDB, end - start);
}

static size_t take_all(void)
{
	size_t count = 0;

	while (count < NUM_PAGES_MAX && (taken[count] = page_alloc(1)))
		memset(taken[count++], 0xA5, PAGE_SIZE);
	return count;
}

/* USABLE, RECLAIM and UNACCEPTED as OVMF leaves them, with a hole. */
static void start(void)
{
	static struct bootinfo info = {
		.num_ranges = 5,
		.ranges = {
			{ BASE, BASE + MIB, BOOTINFO_KEEP },
			{ BASE + MIB, BASE + 3 * MIB, BOOTINFO_RECLAIM },
			{ BASE + 3 * MIB, BASE + 9 * MIB + 0x3000,
			  BOOTINFO_USABLE },
			{ BASE + 9 * MIB + 0x3000, BASE + 10 * MIB,
			  BOOTINFO_RECLAIM },
			{ BASE + 64 * MIB, BASE + 84 * MIB + 0x5000,
			  BOOTINFO_UNACCEPTED },
		},
	};

	provide(BASE + MIB, BASE + 10 * MIB, PROT_READ | PROT_WRITE);
	provide(BASE + 64 * MIB, BASE + 84 * MIB + 0x5000, PROT_NONE);
	page_init(&info);
	expect_u64(fake.num_maps, 2, "runs of memory");
	expect_u64(fake.start, BASE, "first mapping");
	expect_u64(fake.num_accepted, 0, "accepted at start");
	expect_u64(page_count_total(), 9 * 256 + 20 * 256 + 5, "total");
	/* Three tables, a page of orders, two more for what is unaccepted. */
	expect_u64(page_count_free(), page_count_total() - 6, "free");
}

static void test_lazy(void)
{
	const size_t before = page_count_free();
	size_t count = 0;

	while (!fake.num_accepted && count < NUM_PAGES_MAX) {
		taken[count] = page_alloc(1);
		if (!expect_true(taken[count] != NULL, "page"))
			return;
		count++;
	}
	expect_u64(count, 9 * 256 - 4 + 1, "pages before the first accept");
	/* 4 MiB, and two pages of orders in front of them. */
	expect_u64(fake.num_accepted, 1024 + 2, "first chunk");
	expect_u64(page_count_free(), before - count, "free, one chunk");
	while (count--)
		page_free(taken[count], 1);
	expect_u64(page_count_free(), before, "free, all back");
}

static void test_all(void)
{
	const size_t before = page_count_free();
	const size_t count = take_all();

	expect_u64(count, before, "all pages");
	expect_u64(fake.num_accepted, 20 * 256 + 5, "all accepted");
	expect_true(!page_alloc(1), "nothing left");
	for (size_t i = 0; i < count; i += 2)
		page_free(taken[i], 1);
	expect_true(!page_alloc(2) || count % 2, "no two neighbours");
	for (size_t i = 1; i < count; i += 2)
		page_free(taken[i], 1);
	expect_u64(page_count_free(), before, "all back");
}

static void test_random(void)
{
	static size_t sizes[256];
	const size_t before = page_count_free();
	uint32_t random = 7;

	memset(taken, 0, sizeof(taken));
	for (int round = 0; round < 20000; round++) {
		size_t i;

		random = random * 1664525 + 1013904223;
		i = random >> 24;
		if (taken[i]) {
			const uint8_t *page = taken[i];

			expect_true(page[0] == (uint8_t)i &&
				    page[sizes[i] * PAGE_SIZE - 1] ==
					    (uint8_t)i, "contents");
			page_free(taken[i], sizes[i]);
			taken[i] = NULL;
			continue;
		}
		sizes[i] = (random >> 12) % 40 + 1;
		taken[i] = page_alloc(sizes[i]);
		if (taken[i])
			memset(taken[i], (int)i, sizes[i] * PAGE_SIZE);
	}
	for (size_t i = 0; i < 256; i++)
		if (taken[i])
			page_free(taken[i], sizes[i]);
	expect_u64(page_count_free(), before, "after random use");
	/* All has grown together again. */
	taken[0] = page_alloc(4 * 256);
	expect_true(taken[0] != NULL, "4 MiB in one piece");
	page_free(taken[0], 4 * 256);
}

/* A boot path without firmware: 64 KiB are accepted, all else is not. */
static int test_bare(void)
{
	static const struct bootinfo info = {
		.num_ranges = 2,
		.ranges = {
			{ BASE + MIB, BASE + MIB + 0x10000, BOOTINFO_USABLE },
			{ BASE + 2 * MIB, BASE + 12 * MIB,
			  BOOTINFO_UNACCEPTED },
		},
	};
	size_t count;

	provide(BASE + MIB, BASE + MIB + 0x10000, PROT_READ | PROT_WRITE);
	provide(BASE + 2 * MIB, BASE + 12 * MIB, PROT_NONE);
	/* The host refuses the last 2 MiB: they are never used. */
	fake.refuse_from = BASE + 10 * MIB;
	page_init(&info);
	expect_u64(fake.num_accepted, 1024, "bare: accepted at start");
	expect_u64(page_count_total(), 16 + 10 * 256, "bare: total");
	count = take_all();
	expect_u64(fake.num_accepted, 2048, "bare: accepted in the end");
	expect_u64(page_count_total(), 16 + 8 * 256, "bare: what is left");
	/* Three tables and the orders of two zones. */
	expect_u64(count, 16 + 8 * 256 - 5, "bare: all pages");
	expect_u64(page_count_free(), 0, "bare: nothing left");
	return expect_result("page, bare");
}

/* Nothing to start with: a page that is accepted, and a host that helps not. */
static int test_refused(void)
{
	static const struct bootinfo info = {
		.num_ranges = 2,
		.ranges = {
			{ BASE + MIB, BASE + MIB + 0x1000, BOOTINFO_USABLE },
			{ BASE + 2 * MIB, BASE + 12 * MIB,
			  BOOTINFO_UNACCEPTED },
		},
	};

	provide(BASE + MIB, BASE + MIB + 0x1000, PROT_READ | PROT_WRITE);
	fake.refuse_from = 0;
	wanted_panic = "host: no memory for page tables: accepting it at "
		       "0x200000200000 stayed busy";
	page_init(&info);
	expect_true(false, "goes on without memory");
	return expect_result("page, refused");
}

/* The same without any memory that the host could refuse. */
static int test_too_little(void)
{
	static const struct bootinfo info = {
		.num_ranges = 1,
		.ranges = {
			{ BASE + MIB, BASE + MIB + 0x1000, BOOTINFO_USABLE },
		},
	};

	provide(BASE + MIB, BASE + MIB + 0x1000, PROT_READ | PROT_WRITE);
	wanted_panic = "page tables: error -";
	page_init(&info);
	expect_true(false, "goes on without memory");
	return expect_result("page, too little");
}

/* The allocator starts once in a process. */
static void test_in_child(int (*test)(void))
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		exit(test());
	waitpid(child, &status, 0);
	expect_true(WIFEXITED(status) && !WEXITSTATUS(status), "the child");
}

int main(void)
{
	test_in_child(test_bare);
	test_in_child(test_refused);
	test_in_child(test_too_little);
	start();
	test_lazy();
	test_all();
	test_random();
	return expect_result("page");
}
