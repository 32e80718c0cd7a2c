/* SPDX-License-Identifier: MIT */
/*
 * The heap. A block of up to 2 KiB is a slot of a slab, one page that holds
 * slots of one size and gives itself back when the last one is free. Larger
 * blocks are runs of pages. Either way the page that holds the byte before
 * the block starts with a struct run, by which free() finds its way in O(1).
 *
 * Threads are cooperative and interrupt handlers do not allocate: no lock.
 */
#define _DEFAULT_SOURCE

#include "kernel/heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/page.h"
#include "kernel/panic.h"
#include "lib/list.h"

#define UNIT 16UL			/* sizes and alignment */
#define SLOT_MAX 2016
#define RUN_MAGIC 0x52554E21

/* Sizes that fill a page with little waste, each at most 1.5 times the last. */
static const uint16_t slot_sizes[] = {
	16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256,
	304, 400, 496, 672, 800, 1008, 1344, SLOT_MAX,
};

/* The head of a slab, or of what is larger: see run_of(). */
struct run {
	struct list node;		/* slabs that have a free slot */
	void *free;			/* chain of free slots */
	uint32_t magic;
	uint16_t slot_size;		/* 0: not a slab */
	uint16_t num_used;
	size_t num_pages;
	uint8_t *pages;
	uint8_t *block;			/* not a slab: what the caller has */
	uint64_t reserved;
};
ASSERT_SIZE(struct run, 64);
_Static_assert(sizeof(struct run) + 2 * SLOT_MAX == PAGE_SIZE,
	       "two of the largest slots should fill a slab");

static struct {
	struct list slabs[ARRAY_SIZE(slot_sizes)];
	size_t num_used;
	bool is_ready;
} heap;

static void heap_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(slot_sizes); i++)
		list_init(&heap.slabs[i]);
	heap.is_ready = true;
}

/* Also for the size of an existing class: finds that class. */
static size_t class_of(size_t size)
{
	size_t low = 0;
	size_t high = ARRAY_SIZE(slot_sizes) - 1;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (slot_sizes[middle] < size)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct run *slab_create(size_t class)
{
	const uint16_t size = slot_sizes[class];
	uint8_t *page = page_alloc(1);
	struct run *slab = (void *)page;

	if (!page)
		return NULL;
	slab->magic = RUN_MAGIC;
	slab->slot_size = size;
	slab->num_pages = 1;
	for (size_t at = sizeof(*slab); at + size <= PAGE_SIZE; at += size) {
		memcpy(page + at, &slab->free, sizeof(slab->free));
		slab->free = page + at;
	}
	list_insert(heap.slabs[class].next, &slab->node);
	return slab;
}

static void *slot_alloc(size_t size)
{
	const size_t class = class_of(size);
	struct run *slab;
	void *slot;

	if (!heap.is_ready)
		heap_init();
	if (list_is_empty(&heap.slabs[class]))
		slab = slab_create(class);
	else
		slab = container_of(heap.slabs[class].next, struct run, node);
	if (!slab)
		return NULL;
	slot = slab->free;
	memcpy(&slab->free, slot, sizeof(slab->free));
	if (!slab->free)
		list_remove(&slab->node);
	slab->num_used++;
	heap.num_used += slab->slot_size;
	return slot;
}

static void slot_free(struct run *slab, void *slot)
{
	const size_t class = class_of(slab->slot_size);

	if (!slab->num_used || slot == slab->free ||
	    ((uintptr_t)slot - (uintptr_t)(slab + 1)) % slab->slot_size)
		panic("free: bad pointer %p", slot);
	if (!slab->free)
		list_insert(heap.slabs[class].next, &slab->node);
	memcpy(slot, &slab->free, sizeof(slab->free));
	slab->free = slot;
	slab->num_used--;
	heap.num_used -= slab->slot_size;
	if (!slab->num_used) {
		list_remove(&slab->node);
		slab->magic = 0;
		page_free(slab, 1);
	}
}

/* alignment: a power of two of at least UNIT. */
static void *run_alloc(size_t alignment, size_t size)
{
	const size_t lead = align_up(sizeof(struct run), alignment);
	uintptr_t block;
	struct run *run;
	uint8_t *pages;
	size_t count;

	if (size > PTRDIFF_MAX || lead > PTRDIFF_MAX)
		return NULL;
	/* Pages are aligned to 4 KiB only: alignment beyond costs a gap. */
	count = align_up(lead + size, PAGE_SIZE) >> PAGE_SHIFT;
	pages = page_alloc(count);
	if (!pages)
		return NULL;
	block = align_up((uintptr_t)pages + sizeof(*run), alignment);
	run = (void *)align_down(block - 1, PAGE_SIZE);
	run->magic = RUN_MAGIC;
	run->num_pages = count;
	run->pages = pages;
	run->block = (uint8_t *)block;
	heap.num_used += count * PAGE_SIZE;
	return run->block;
}

/* The run that block belongs to; panics if there was never such a block. */
static struct run *run_of(void *block)
{
	struct run *run = (void *)align_down((uintptr_t)block - 1, PAGE_SIZE);

	if ((uintptr_t)block % UNIT || run->magic != RUN_MAGIC ||
	    (!run->slot_size && run->block != block))
		panic("free: bad pointer %p", block);
	return run;
}

static size_t room_of(void *block)
{
	const struct run *run = run_of(block);

	if (run->slot_size)
		return run->slot_size;
	return (size_t)(run->pages + run->num_pages * PAGE_SIZE - run->block);
}

static void *heap_alloc(size_t size)
{
	void *block = size <= SLOT_MAX ? slot_alloc(size) :
					 run_alloc(UNIT, size);

	if (!block)
		errno = ENOMEM;
	return block;
}

static void heap_free(void *block)
{
	struct run *run;

	if (!block)
		return;
	run = run_of(block);
	if (run->slot_size) {
		slot_free(run, block);
		return;
	}
	heap.num_used -= run->num_pages * PAGE_SIZE;
	run->magic = 0;
	page_free(run->pages, run->num_pages);
}

size_t heap_count_used(void)
{
	return heap.num_used;
}

void *malloc(size_t size)
{
	return heap_alloc(size);
}

void free(void *block)
{
	heap_free(block);
}

void *calloc(size_t count, size_t size)
{
	void *block;

	if (size && count > PTRDIFF_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	block = heap_alloc(count * size);
	/* Runs are fresh pages and zero. */
	return block && count * size <= SLOT_MAX ?
		       memset(block, 0, count * size) :
		       block;
}

void *realloc(void *block, size_t size)
{
	void *larger;
	size_t room;

	if (!block)
		return heap_alloc(size);
	room = room_of(block);
	if (size <= room && size >= room / 2)
		return block;
	larger = heap_alloc(size);
	if (!larger)
		return NULL;
	memcpy(larger, block, size < room ? size : room);
	heap_free(block);
	return larger;
}

void *memalign(size_t alignment, size_t size)
{
	void *block;

	if (alignment <= UNIT)
		return heap_alloc(size);
	block = alignment & (alignment - 1) ? NULL :
					      run_alloc(alignment, size);
	if (!block)
		errno = alignment & (alignment - 1) ? EINVAL : ENOMEM;
	return block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	const int before = errno;
	int err;

	if (alignment % sizeof(void *) || !alignment)
		return EINVAL;
	*block = memalign(alignment, size);
	err = *block ? 0 : errno;
	errno = before;
	return err;
}

size_t malloc_usable_size(void *block)
{
	return block ? room_of(block) : 0;
}
