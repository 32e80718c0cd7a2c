/* SPDX-License-Identifier: MIT */
/*
 * The emulator's page tables: 1 GiB pages, identity for the lower 2^47, the
 * image's own gigabyte at EMU_VIRT. On a CPU that the ROM has put into 5-level
 * paging one more table stands above them, and each CPU has a window to what
 * lies higher.
 */
#include "emu/boot/memory.h"

#include "emu/boot/cpu.h"
#include "emu/boot/stack.h"
#include "emu/layout.h"

#define ENTRY_TABLE 0x23
#define ENTRY_PAGE_1G 0xe3
#define TABLES (MEMORY_MAPPED >> 39)
#define CR4_LA57 BIT(12)

/* Windows: two gigabytes for each CPU, under the top table's second entry. */
#define WINDOWS BIT(48)
#define WINDOW (2 * GIB)

static uint64_t outer_root[512] aligned(4096);
static uint64_t window_root[512] aligned(4096);
static uint64_t window_table[512] aligned(4096);
static uint64_t root[512] aligned(4096);
static uint64_t image_table[512] aligned(4096);
static uint64_t identity[TABLES][512] aligned(4096);

paddr_t memory_pa(const void *object)
{
	return (paddr_t)(uintptr_t)object - EMU_VIRT + EMU_PHYS;
}

void memory_init(void)
{
	for (uint64_t table = 0; table < TABLES; table++) {
		for (uint64_t i = 0; i < 512; i++)
			identity[table][i] =
				(table << 39 | i << 30) | ENTRY_PAGE_1G;
		root[table] = memory_pa(identity[table]) | ENTRY_TABLE;
	}
	image_table[510] = EMU_PHYS | ENTRY_PAGE_1G;
	root[511] = memory_pa(image_table) | ENTRY_TABLE;
	outer_root[0] = outer_root[511] = memory_pa(root) | ENTRY_TABLE;
	outer_root[1] = memory_pa(window_root) | ENTRY_TABLE;
	window_root[0] = memory_pa(window_table) | ENTRY_TABLE;
	memory_load();
}

void memory_load(void)
{
	cpu_write_cr3(memory_pa(cpu_read_cr4() & CR4_LA57 ? outer_root : root));
}

void *memory_window(paddr_t pa)
{
	const paddr_t start = align_down(pa, GIB);
	const unsigned int i = 2 * cpu_number();
	const uint64_t window = WINDOWS + cpu_number() * WINDOW;

	window_table[i] = start | ENTRY_PAGE_1G;
	window_table[i + 1] = (start + GIB) | ENTRY_PAGE_1G;
	cpu_invlpg(window);
	cpu_invlpg(window + GIB);
	return memory_at(window + (pa - start));
}
