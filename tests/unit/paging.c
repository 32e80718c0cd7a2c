/* SPDX-License-Identifier: MIT */
/*
 * arch/x86/paging: random changes, one after the other, around the ends of
 * pages and tables of all sizes. After each a walk by the CPU's rules must find
 * everywhere what was asked for last; what changed must have been flushed; and
 * without memory for a table nothing else may change.
 *
 * Libraries: -Wl,--defsym=__image_start=__executable_start
 * Libraries: -Wl,--defsym=__text_start=__executable_start
 * Libraries: -Wl,--defsym=__text_end=etext
 * Libraries: -Wl,--defsym=__rodata_start=etext -Wl,--defsym=__rodata_end=edata
 * Libraries: -Wl,--defsym=__data_end=end
 */
#include "tests/unit/expect.h"

#include <errno.h>

/* Instead of arch/x86/cpu.h, whose instructions a process must not use. */
#define ARCH_X86_CPU_H
#include "lib/compiler.h"
#include "lib/types.h"

#define CR4_PGE BIT(7)
#define CR4_LA57 BIT(12)

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static bool has_la57, has_1g;
static uint64_t cr4, cr3;
static uint64_t flushed[4096];
static unsigned int num_flushed;

static struct cpuid cpu_cpuid(uint32_t leaf, uint32_t subleaf)
{
	expect_u64(leaf, 0x80000001, "CPUID leaf");
	expect_u64(subleaf, 0, "CPUID subleaf");
	return (struct cpuid){ .edx = has_1g ? 1U << 26 : 0 };
}

static uint64_t cpu_read_cr4(void)
{
	return cr4 | (has_la57 ? CR4_LA57 : 0);
}

static void cpu_write_cr4(uint64_t value)
{
	cr4 = value & ~CR4_LA57;
}

static void cpu_write_cr3(uint64_t value)
{
	cr3 = value;
}

static void cpu_invlpg(uintptr_t address)
{
	flushed[num_flushed++ % ARRAY_SIZE(flushed)] = address;
}

#include "arch/x86/paging.c"

#define LIMIT BIT(47)
#define SHARED BIT(51)
#define NX BIT(63)
#define WRITABLE BIT(1)
#define ROUNDS 60
#define CHANGES 40

/* --- Memory for tables --------------------------------------------------- */

static void *tables[65536];
static unsigned int num_tables, tables_left;

static paddr_t give_table(void)
{
	void *table;

	if (!tables_left || num_tables == ARRAY_SIZE(tables))
		return 0;
	tables_left--;
	table = aligned_alloc(4096, 4096);
	if (!table)
		abort();
	memset(table, 0, 4096);
	tables[num_tables++] = table;
	return (uintptr_t)table;
}

static void free_tables(void)
{
	while (num_tables)
		free(tables[--num_tables]);
}

/* --- A walk -------------------------------------------------------------- */

struct walked {
	uint64_t leaf;		/* address of the 4 KiB, and rights; 0: none */
	uint64_t span;		/* of the page, or of what is missing */
};

static struct walked walk(uint64_t top, uint64_t va)
{
	const uint64_t *table = (const uint64_t *)top;

	for (int shift = has_la57 ? 48 : 39;; shift -= 9) {
		const uint64_t entry = table[va >> shift & 511];
		const uint64_t span = BIT(shift);
		const bool is_page = shift == 12 || entry & BIT(7);

		if (!(entry & 1))
			return (struct walked){ 0, span };
		if (is_page) {
			expect_true(shift == 12 || shift == 21 ||
				    (shift == 30 && has_1g), "size of a page");
			expect_true(!(entry & (span - 1) & ~0xFFFUL),
				    "alignment of a page");
			/* P, A, D, and PS but in the smallest, where it is
			 * another memory type. */
			expect_u64(entry & 0xFFD, shift == 12 ? 0x61 : 0xE1,
				   "bits of a page");
			return (struct walked){
				(entry & ~(span - 1) & ~NX) +
					(va & (span - 1) & ~0xFFFUL) +
					(entry & (NX | WRITABLE)),
				span,
			};
		}
		/* Rights are the page's alone to say. */
		expect_u64(entry & (NX | WRITABLE), WRITABLE, "a table");
		table = (const uint64_t *)(entry & 0xFFFFFFFFFF000);
	}
}

/* --- What was asked for -------------------------------------------------- */

struct change {
	uint64_t va, end;	/* the first and the last page */
	uint64_t leaf;		/* at va; 0: unmapped */
};
static struct change changes[CHANGES];
static unsigned int num_changes;

static uint64_t wanted(uint64_t va)
{
	for (unsigned int i = num_changes; i-- > 0;)
		if (va >= changes[i].va && va <= changes[i].end)
			return changes[i].leaf ?
				       changes[i].leaf + va - changes[i].va : 0;
	return 0;
}

/* Around all that has ever changed, in both windows. */
static uint64_t probes[6 * CHANGES];
static unsigned int num_probes;

static void probe(uint64_t va)
{
	const uint64_t sign = va >> 47;

	/* No address at all, with four levels, between the windows. */
	if (!sign || sign == 0x1FFFF)
		probes[num_probes++] = va;
}

static void collect_probes(void)
{
	num_probes = 0;
	for (unsigned int i = 0; i < num_changes; i++)
		for (int off = -1; off <= 1; off++) {
			probe(changes[i].va + (uint64_t)off * 4096);
			probe(changes[i].end + (uint64_t)off * 4096);
		}
}

static void expect_wanted(const char *what)
{
	for (unsigned int i = 0; i < num_probes; i++)
		expect_u64(walk(cr3, probes[i]).leaf, wanted(probes[i]), what);
}

/* The page, large or not, that va was in, or the one that it is in now. */
static bool is_flushed(uint64_t va, uint64_t span)
{
	if (num_flushed > ARRAY_SIZE(flushed))
		return true;
	for (unsigned int i = 0; i < num_flushed; i++)
		if (!((flushed[i] ^ va) & ~(span - 1)))
			return true;
	return false;
}

static uint64_t any(uint64_t below)
{
	return ((uint64_t)rand() << 31 ^ (uint64_t)rand()) % below;
}

static paddr_t any_start(void)
{
	static const paddr_t starts[] = {
		0x1000, 0x1FF000, 0x200000, 0x3FE00000, 0x40000000,
		0x40001000, BIT(39) - 0x200000, BIT(39) - 0x1000,
		LIMIT - 0x40000000, LIMIT - 0x200000, LIMIT - 0x1000,
	};

	return starts[any(ARRAY_SIZE(starts))];
}

static paddr_t any_end(paddr_t start)
{
	static const uint64_t sizes[] = {
		0x1000, 0x2000, 0x200000, 0x201000, 0x40000000, 0x40201000,
	};

	return min_u64(start + sizes[any(ARRAY_SIZE(sizes))], LIMIT);
}

/* One change by chance, and what it must come to. */
static int change_something(struct change *change)
{
	const paddr_t start = any_start();
	const paddr_t end = any_end(start);

	*change = (struct change){ start, end - 0x1000, 0 };
	switch (any(5)) {
	case 0:
		change->leaf = start | NX;
		return paging_map(start, end, PAGING_READ);
	case 1:
		change->leaf = start | NX | WRITABLE;
		return paging_map(start, end, PAGING_WRITE);
	case 2:
		change->leaf = start;
		return paging_map(start, end, PAGING_EXECUTE);
	case 3:
		return paging_unmap(start, end);
	default:
		change->va += PAGING_SHARED_BASE;
		change->end += PAGING_SHARED_BASE;
		change->leaf = start | SHARED | NX | WRITABLE;
		return paging_map_shared(start, end);
	}
}

static struct walked before[ARRAY_SIZE(probes)];

static void note_before(void)
{
	for (unsigned int i = 0; i < num_probes; i++)
		before[i] = walk(cr3, probes[i]);
}

static void expect_flushed(void)
{
	for (unsigned int i = 0; i < num_probes; i++)
		if (walk(cr3, probes[i]).leaf != before[i].leaf &&
		    before[i].leaf)
			expect_true(is_flushed(probes[i], before[i].span),
				    "flushed");
}

static void begin(void)
{
	free_tables();
	memset(&paging, 0, sizeof(paging));
	num_changes = 0;
	num_probes = 0;
	tables_left = ARRAY_SIZE(tables);
	expect_u64((uint64_t)paging_init(give_table, SHARED), 0, "init");
	cr3 = (uintptr_t)paging.top;
}

static void check_changes(void)
{
	begin();
	for (unsigned int i = 0; i < CHANGES; i++) {
		struct change change;

		if (i == CHANGES / 2) {
			cr4 = CR4_PGE;
			cr3 = 0;
			paging_activate();
			expect_u64(cr3, (uintptr_t)paging.top, "CR3");
			expect_u64(cr4, 0, "global pages");
		}
		note_before();
		num_flushed = 0;
		expect_u64((uint64_t)change_something(&change), 0, "change");
		if (i >= CHANGES / 2)
			expect_flushed();
		else
			expect_u64(num_flushed, 0, "flushes before their time");
		changes[num_changes++] = change;
		collect_probes();
		expect_wanted("walk");
	}
}

/* Nothing outside of the range, and nothing wrong inside of it. */
static void check_no_memory(void)
{
	struct change change;
	int err;

	begin();
	for (unsigned int i = 0; i < CHANGES / 2; i++) {
		expect_u64((uint64_t)change_something(&change), 0, "change");
		changes[num_changes++] = change;
	}
	collect_probes();
	tables_left = (unsigned int)any(2);
	err = change_something(&change);
	expect_true(err == 0 || err == -ENOMEM, "no memory");
	for (unsigned int i = 0; i < num_probes; i++) {
		const uint64_t va = probes[i];
		const uint64_t leaf = walk(cr3, va).leaf;
		const bool is_inside = va >= change.va && va <= change.end;
		const uint64_t new = change.leaf ?
					     change.leaf + va - change.va : 0;

		expect_true(leaf == wanted(va) || (is_inside && leaf == new),
			    "without memory");
	}
}

static void check_bounds(void)
{
	static const paddr_t bad[][2] = {
		{ 0x1001, 0x2000 }, { 0x1000, 0x2001 }, { 0x2000, 0x1000 },
		{ LIMIT - 0x1000, LIMIT + 0x1000 }, { LIMIT, LIMIT + 0x1000 },
		{ 0x1000, UINT64_MAX & ~0xFFFUL },
	};

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const paddr_t start = bad[i][0];
		const paddr_t end = bad[i][1];

		expect_u64((uint64_t)paging_map(start, end, PAGING_WRITE),
			   (uint64_t)-EINVAL, "map");
		expect_u64((uint64_t)paging_unmap(start, end),
			   (uint64_t)-EINVAL, "unmap");
		expect_u64((uint64_t)paging_map_shared(start, end),
			   (uint64_t)-EINVAL, "map_shared");
	}
	expect_u64(num_tables, 1, "no table for nonsense");
	expect_u64((uint64_t)paging_map(0x1000, 0x1000, PAGING_WRITE), 0,
		   "nothing");
	tables_left = 0;
	expect_u64((uint64_t)paging_init(give_table, SHARED),
		   (uint64_t)-ENOMEM, "no first table");
}

/* A range of just a large page is one, and needs no table of smaller ones. */
static void check_large(void)
{
	begin();
	expect_u64((uint64_t)paging_map(0x200000, 0x400000, PAGING_WRITE), 0,
		   "2 MiB");
	expect_u64(num_tables, has_la57 ? 4 : 3, "tables for 2 MiB");
	expect_u64(walk(cr3, 0x200000).span, 0x200000, "2 MiB");
}

int main(void)
{
	srand(1);
	check_bounds();
	for (unsigned int i = 0; i < ROUNDS; i++) {
		has_la57 = i & 1;
		has_1g = i & 2;
		check_large();
		check_changes();
		check_no_memory();
	}
	free_tables();
	return expect_result("paging");
}
