/* SPDX-License-Identifier: MIT */
/*
 * Builds and changes the page tables. One function walks: it puts the largest
 * page that fits (1 GiB, 2 MiB, 4 KiB) and splits a larger page that is in
 * the way. A changed entry is flushed at once; there is one core.
 */
#include "arch/x86/paging.h"

#include <errno.h>

#include "arch/x86/cpu.h"
#include "arch/x86/image.h"

#define PTE_PRESENT BIT(0)
#define PTE_WRITE BIT(1)
#define PTE_ACCESSED BIT(5)
#define PTE_DIRTY BIT(6)
#define PTE_LARGE BIT(7)
#define PTE_NX BIT(63)
#define PTE_ADDRESS UINT64_C(0x000FFFFFFFFFF000)

#define ENTRIES 512
#define EXT1_EDX_PAGE1GB BIT(26)

static struct {
	uint64_t *top;
	paging_alloc alloc;
	paddr_t shared_bit;
	unsigned int top_level;
	unsigned int large_level;	/* the highest that maps pages */
	bool is_active;
} paging;

/* Level 0 maps pages of 4 KiB, 1 of 2 MiB, 2 of 1 GiB; 3 and 4 none. */
static unsigned int level_shift(unsigned int level)
{
	return PAGE_SHIFT + 9 * level;
}

static uint64_t *table_of(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & PTE_ADDRESS);
}

/* The same mapping by a table of smaller pages. */
static int split(uint64_t *entry, unsigned int level)
{
	const uint64_t step = BIT(level_shift(level - 1));
	const uint64_t old = *entry;
	const paddr_t table = paging.alloc();
	uint64_t piece = old;

	if (!table)
		return -ENOMEM;
	if (level == 1)
		piece &= ~PTE_LARGE;
	for (unsigned int i = 0; (old & PTE_PRESENT) && i < ENTRIES; i++) {
		table_of(table)[i] = piece;
		piece += step;
	}
	*entry = table | PTE_PRESENT | PTE_WRITE;
	return 0;
}

static bool is_table(uint64_t entry)
{
	return (entry & PTE_PRESENT) && !(entry & PTE_LARGE);
}

/*
 * Sets entries of one table, from the first on: leaf (an address with its
 * bits, or 0) and what follows it. Stops at the table's end, when size is
 * used up or where a table of smaller pages is in the way; the size done.
 */
static uint64_t fill(uint64_t *first, uint64_t va, uint64_t size,
		     uint64_t leaf, unsigned int level)
{
	const uint64_t span = BIT(level_shift(level));
	const uint64_t step = leaf ? span : 0;
	size_t count = ENTRIES - (va >> level_shift(level)) % ENTRIES;
	uint64_t done = 0;

	if (level && leaf)
		leaf |= PTE_LARGE;
	while (count-- && size - done >= span &&
	       (!level || !is_table(*first))) {
		*first++ = leaf;
		/* Flushes a large page and what a split left of it as well. */
		if (paging.is_active)
			cpu_invlpg(va + done);
		leaf += step;
		done += span;
	}
	return done;
}

/*
 * Maps va to leaf by pages as large as size and the alignment of both allow,
 * as far as one table reaches. *done: how far.
 */
static int set_some(uint64_t va, uint64_t size, uint64_t leaf, uint64_t *done)
{
	const uint64_t alignment = va | (leaf & PTE_ADDRESS);
	uint64_t *table = paging.top;

	for (unsigned int level = paging.top_level;; level--) {
		const uint64_t span = BIT(level_shift(level));
		uint64_t *entry = &table[(va >> level_shift(level)) % ENTRIES];
		const bool is_fitting = level <= paging.large_level &&
					size >= span &&
					!(alignment & (span - 1)) &&
					!is_table(*entry);

		if (!level || is_fitting) {
			*done = fill(entry, va, size, leaf, level);
			return 0;
		}
		if (!is_table(*entry) && split(entry, level))
			return -ENOMEM;
		table = table_of(*entry);
	}
}

static int set_range(uint64_t va, uint64_t size, uint64_t leaf)
{
	while (size) {
		uint64_t done;
		const int err = set_some(va, size, leaf, &done);

		if (err)
			return err;
		va += done;
		size -= done;
		if (leaf)
			leaf += done;
	}
	return 0;
}

static bool is_range_valid(paddr_t start, paddr_t end)
{
	return !((start | end) & PAGE_MASK) && start <= end &&
	       end <= PAGING_GPA_LIMIT;
}

int paging_init(paging_alloc alloc, paddr_t shared_bit)
{
	const struct cpuid features = cpu_cpuid(0x80000001, 0);
	const paddr_t top = alloc();

	if (!top)
		return -ENOMEM;
	paging.top = table_of(top);
	paging.alloc = alloc;
	paging.shared_bit = shared_bit;
	paging.top_level = cpu_read_cr4() & CR4_LA57 ? 4 : 3;
	paging.large_level = features.edx & EXT1_EDX_PAGE1GB ? 2 : 1;
	return 0;
}

void paging_set_alloc(paging_alloc alloc)
{
	paging.alloc = alloc;
}

int paging_map(paddr_t start, paddr_t end, enum paging_access access)
{
	uint64_t leaf = start | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY;

	if (!is_range_valid(start, end))
		return -EINVAL;
	if (access == PAGING_WRITE)
		leaf |= PTE_WRITE;
	if (access != PAGING_EXECUTE)
		leaf |= PTE_NX;
	return set_range(start, end - start, leaf);
}

static int map_part(const uint8_t *start, const uint8_t *end,
		    enum paging_access access)
{
	return paging_map((uintptr_t)start, (uintptr_t)end, access);
}

int paging_map_image(void)
{
	int err = map_part(__image_start, __text_start, PAGING_READ);

	if (!err)
		err = map_part(__text_start, __text_end, PAGING_EXECUTE);
	if (!err)
		err = map_part(__rodata_start, __rodata_end, PAGING_READ);
	if (!err)
		err = map_part(__data_start, __data_end, PAGING_WRITE);
	return err;
}

int paging_unmap(paddr_t start, paddr_t end)
{
	if (!is_range_valid(start, end))
		return -EINVAL;
	return set_range(start, end - start, 0);
}

int paging_map_shared(paddr_t start, paddr_t end)
{
	if (!is_range_valid(start, end))
		return -EINVAL;
	return set_range(PAGING_SHARED_BASE + start, end - start,
			 start | paging.shared_bit | PTE_PRESENT | PTE_WRITE |
				 PTE_ACCESSED | PTE_DIRTY | PTE_NX);
}

void paging_activate(void)
{
	/* Global pages of the boot path would survive the change of CR3. */
	cpu_write_cr4(cpu_read_cr4() & ~CR4_PGE);
	cpu_write_cr3((uintptr_t)paging.top);
	paging.is_active = true;
}
