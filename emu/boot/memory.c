/* SPDX-License-Identifier: MIT */
/*
 * The emulator's page tables: 1 GiB pages, identity for the lower 2^47, the
 * image's own gigabyte at EMU_VIRT. Built once, never changed.
 */
#include "emu/boot/memory.h"

#include "emu/boot/cpu.h"
#include "emu/layout.h"

#define ENTRY_TABLE 0x23
#define ENTRY_PAGE_1G 0xe3
#define TABLES (MEMORY_MAPPED >> 39)

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
	memory_load();
}

void memory_load(void)
{
	cpu_write_cr3(memory_pa(root));
}
