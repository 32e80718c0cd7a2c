/* SPDX-License-Identifier: MIT */
/*
 * Owns all RAM that is not the image: a buddy allocator whose zones are runs
 * of neighbouring RAM. A zone's RAM is private and accepted up to its
 * frontier; beyond it pages are accepted only when memory runs short.
 *
 * The free lists run through the free pages, which the host cannot write.
 * What decides over merging, orders[], lies outside of them, so that data of
 * a former owner can never pass for a free block.
 */
#include "kernel/page.h"

#include <errno.h>
#include <string.h>

#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/panic.h"
#include "lib/list.h"

#define MAX_ORDER 18			/* blocks of 1 GiB */
#define ACCEPT_CHUNK (4 * MIB)
#define EARLY_MIN MIB			/* tables and orders of a large TD */

struct zone {
	paddr_t start;
	paddr_t frontier;
	paddr_t end;
	uint8_t *orders;	/* a page's order + 1 if a free block starts */
};

static struct {
	struct zone zones[BOOTINFO_RANGES];
	unsigned int num_zones;
	struct list free[MAX_ORDER + 1];
	size_t num_free;	/* pages on the lists */
	size_t num_total;
	/* Where the host last kept memory from being accepted, and how. */
	paddr_t refused_at;
	int refused;
	/* Before the lists are there: [next, end), from start on taken. */
	struct {
		paddr_t start;
		paddr_t next;
		paddr_t end;
	} early;
} memory;

static uint64_t order_size(unsigned int order)
{
	return PAGE_SIZE << order;
}

static struct list *block_at(paddr_t start)
{
	return (struct list *)(uintptr_t)start;
}

static struct zone *zone_of(paddr_t page)
{
	for (unsigned int i = 0; i < memory.num_zones; i++) {
		struct zone *zone = &memory.zones[i];

		if (page >= zone->start && page < zone->frontier)
			return zone;
	}
	return NULL;
}

static uint8_t *order_at(const struct zone *zone, paddr_t start)
{
	return &zone->orders[(start - zone->start) >> PAGE_SHIFT];
}

static bool is_free_block(const struct zone *zone, paddr_t start,
			  unsigned int order)
{
	return start >= zone->start &&
	       start + order_size(order) <= zone->frontier &&
	       *order_at(zone, start) == order + 1;
}

static void block_remove(struct zone *zone, paddr_t start)
{
	list_remove(block_at(start));
	*order_at(zone, start) = 0;
}

static void block_insert(struct zone *zone, paddr_t start, unsigned int order)
{
	while (order < MAX_ORDER) {
		const paddr_t buddy = start ^ order_size(order);

		if (!is_free_block(zone, buddy, order))
			break;
		block_remove(zone, buddy);
		start = start < buddy ? start : buddy;
		order++;
	}
	*order_at(zone, start) = (uint8_t)(order + 1);
	list_insert(memory.free[order].next, block_at(start));
}

/* Gives [start, end) of zone to the free lists, in the largest blocks. */
static void free_range(struct zone *zone, paddr_t start, paddr_t end)
{
	while (start < end) {
		unsigned int order = 0;

		while (order < MAX_ORDER && !(start & order_size(order)) &&
		       start + order_size(order + 1) <= end)
			order++;
		block_insert(zone, start, order);
		memory.num_free += 1UL << order;
		start += order_size(order);
	}
}

/* A block of that order, taken from the smallest one that has it; 0: none. */
static paddr_t block_take(unsigned int order)
{
	for (unsigned int from = order; from <= MAX_ORDER; from++) {
		struct list *first = memory.free[from].next;
		const paddr_t start = (uintptr_t)first;
		struct zone *zone;

		if (first == &memory.free[from])
			continue;
		zone = zone_of(start);
		block_remove(zone, start);
		memory.num_free -= 1UL << from;
		free_range(zone, start + order_size(order),
			   start + order_size(from));
		return start;
	}
	return 0;
}

/* Accepts pages of zone and moves its frontier; false: none are left. */
static bool zone_accept(struct zone *zone, uint64_t size)
{
	const paddr_t start = zone->frontier;
	const paddr_t end = start + min_u64(size, zone->end - start);
	int err;

	if (start == end)
		return false;
	err = tdx_accept(start, end);
	if (err == -EEXIST)
		panic("host: memory at %#lx was accepted before", start);
	if (err) {
		memory.refused_at = start;
		memory.refused = err;
		memory.num_total -= (zone->end - start) >> PAGE_SHIFT;
		zone->end = start;
		return false;
	}
	zone->frontier = end;
	return true;
}

static size_t orders_size(const struct zone *zone)
{
	return align_up((zone->end - zone->start) >> PAGE_SHIFT, PAGE_SIZE);
}

/* Makes some more pages free; false: everything is accepted. */
static bool memory_grow(void)
{
	for (unsigned int i = 0; i < memory.num_zones; i++) {
		struct zone *zone = &memory.zones[i];
		const paddr_t start = zone->frontier;
		const size_t orders = zone->orders ? 0 : orders_size(zone);

		if (!zone_accept(zone, ACCEPT_CHUNK + orders))
			continue;
		/* Accepted pages are zero: no free block starts in them. */
		if (!zone->orders)
			zone->orders = (uint8_t *)(uintptr_t)start;
		if (zone->frontier - start > orders)
			free_range(zone, start + orders, zone->frontier);
		return true;
	}
	return false;
}

void *page_alloc(size_t count)
{
	unsigned int order = 0;
	paddr_t start;

	while (order < MAX_ORDER && 1UL << order < count)
		order++;
	if (!count || 1UL << order < count)
		return NULL;
	do
		start = block_take(order);
	while (!start && memory_grow());
	if (!start)
		return NULL;
	free_range(zone_of(start), start + count * PAGE_SIZE,
		   start + order_size(order));
	return memset((void *)(uintptr_t)start, 0, count * PAGE_SIZE);
}

void page_free(void *pages, size_t count)
{
	const paddr_t start = page_pa(pages);
	struct zone *zone = zone_of(start);

	if (!pages || !count)
		return;
	if (!zone || start & PAGE_MASK ||
	    count > (zone->frontier - start) >> PAGE_SHIFT ||
	    *order_at(zone, start))
		panic("page_free: bad pages %p, count %zu", pages, count);
	free_range(zone, start, start + count * PAGE_SIZE);
}

size_t page_count_free(void)
{
	size_t count = memory.num_free;

	for (unsigned int i = 0; i < memory.num_zones; i++) {
		const struct zone *zone = &memory.zones[i];
		const uint64_t size = zone->end - zone->frontier;
		const uint64_t own = zone->orders ? 0 : orders_size(zone);

		if (size > own)
			count += (size - own) >> PAGE_SHIFT;
	}
	return count;
}

size_t page_count_total(void)
{
	return memory.num_total;
}

static paddr_t early_alloc(size_t size)
{
	const paddr_t start = memory.early.next;

	if (memory.early.end - start < size)
		return 0;
	memory.early.next = start + size;
	memset((void *)(uintptr_t)start, 0, size);
	return start;
}

static paddr_t early_table(void)
{
	return early_alloc(PAGE_SIZE);
}

static paddr_t late_table(void)
{
	return page_pa(page_alloc(1));
}

static void zones_collect(const struct bootinfo *info)
{
	struct zone *last = NULL;

	for (unsigned int i = 0; i < info->num_ranges; i++) {
		const struct bootinfo_range *range = &info->ranges[i];
		const bool is_accepted = range->type == BOOTINFO_USABLE ||
					 range->type == BOOTINFO_RECLAIM;

		if (!is_accepted && range->type != BOOTINFO_UNACCEPTED)
			continue;
		memory.num_total += (range->end - range->start) >> PAGE_SHIFT;
		if (is_accepted && last && last->end == range->start &&
		    last->frontier == last->end) {
			last->end = range->end;
			last->frontier = range->end;
			continue;
		}
		last = &memory.zones[memory.num_zones++];
		last->start = range->start;
		last->frontier = is_accepted ? range->end : range->start;
		last->end = range->end;
	}
}

/* The largest range that the boot path does not use; an empty one: none. */
static struct bootinfo_range largest_usable(const struct bootinfo *info)
{
	struct bootinfo_range best = { 0, 0, BOOTINFO_USABLE };

	for (unsigned int i = 0; i < info->num_ranges; i++) {
		const struct bootinfo_range *range = &info->ranges[i];

		if (range->type == BOOTINFO_USABLE &&
		    range->end - range->start > best.end - best.start)
			best = *range;
	}
	return best;
}

/* If the boot path left next to nothing, an unaccepted zone gives some. */
static void early_init(const struct bootinfo *info)
{
	struct bootinfo_range best = largest_usable(info);

	for (unsigned int i = 0; i < memory.num_zones; i++) {
		struct zone *zone = &memory.zones[i];

		if (best.end - best.start >= EARLY_MIN)
			break;
		if (zone->end - zone->frontier >= EARLY_MIN &&
		    zone_accept(zone, ACCEPT_CHUNK)) {
			best.start = zone->start;
			best.end = zone->frontier;
		}
	}
	memory.early.start = best.start;
	memory.early.next = best.start;
	memory.early.end = best.end;
}

/*
 * Private RAM is writable and never executed; page 0 stays unmapped. What
 * lies together is mapped together, so that few tables are needed.
 */
static int map_memory(const struct bootinfo *info)
{
	paddr_t start = 0;
	int err = 0;

	for (unsigned int i = 0; !err && i < info->num_ranges; i++) {
		const struct bootinfo_range *range = &info->ranges[i];

		if (!i || range[-1].end != range->start)
			start = max_u64(range->start, PAGE_SIZE);
		if (i + 1 < info->num_ranges && range->end == range[1].start)
			continue;
		err = paging_map(start, max_u64(range->end, PAGE_SIZE),
				 PAGING_WRITE);
	}
	return err;
}

/* Without memory the kernel cannot start; the host may be whom to blame. */
static noreturn void early_panic(const char *what, int err)
{
	if (memory.refused == -EBUSY)
		panic("host: no memory for %s: accepting it at %#lx stayed "
		      "busy", what, memory.refused_at);
	if (memory.refused)
		panic("host: no memory for %s: accepting it at %#lx failed, "
		      "error %d", what, memory.refused_at, memory.refused);
	panic("%s: error %d", what, err);
}

static void tables_build(const struct bootinfo *info)
{
	int err = paging_init(early_table, tdx_shared_bit());

	if (!err)
		err = map_memory(info);
	if (!err)
		err = paging_map_image();
	if (err)
		early_panic("page tables", err);
	paging_activate();
}

static void lists_build(void)
{
	for (unsigned int i = 0; i <= MAX_ORDER; i++)
		list_init(&memory.free[i]);
	for (unsigned int i = 0; i < memory.num_zones; i++) {
		struct zone *zone = &memory.zones[i];

		if (zone->frontier == zone->start)
			continue;
		zone->orders = (uint8_t *)(uintptr_t)
			early_alloc(orders_size(zone));
		if (!zone->orders)
			early_panic("managing memory", -ENOMEM);
	}
	/* Only now is it known how much the early memory has given. */
	for (unsigned int i = 0; i < memory.num_zones; i++) {
		struct zone *zone = &memory.zones[i];
		const bool has_early = memory.early.start >= zone->start &&
				       memory.early.start < zone->frontier;

		free_range(zone, zone->start, has_early ? memory.early.start :
							  zone->frontier);
		if (has_early)
			free_range(zone, memory.early.next, zone->frontier);
	}
	paging_set_alloc(late_table);
}

void page_init(const struct bootinfo *info)
{
	zones_collect(info);
	early_init(info);
	tables_build(info);
	lists_build();
}
