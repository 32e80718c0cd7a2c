/* SPDX-License-Identifier: MIT */
/* Lies about private and shared memory. */
#include "emu/lies/lies.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/lies/parts.h"
#include "emu/module/debug.h"
#include "emu/vmm/hob.h"

/* Pages that "remove-pages" takes before each entry. */
#define REMOVED_PAGES 8
/* Fewer than a patient guest tries; KVM holds a lock for microseconds. */
#define BUSY_TRIES 100
#define ADDED_PAGES 64
#define ADDED_FROM (32 * MIB)

bool lies_take_map_gpa(struct vp_registers *regs)
{
	if (lie_tell(LIE_MAPGPA_SILENT)) {
		regs->r10 = TDVMCALL_STATUS_SUCCESS;
		return true;
	}
	if (lie_tell(LIE_MAPGPA_RETRY))
		regs->r11 = regs->r12;
	else if (lie_tell(LIE_MAPGPA_BACKWARDS))
		regs->r11 = regs->r12 - PAGE_SIZE;
	else if (lie_tell(LIE_MAPGPA_OUTSIDE))
		regs->r11 = regs->r12 + regs->r13;
	else {
		if (regs->r13 > PAGE_SIZE && lie_tell(LIE_MAPGPA_SLOW))
			regs->r13 = PAGE_SIZE;
		return false;
	}
	regs->r10 = TDVMCALL_STATUS_RETRY;
	return true;
}

void lies_change_map_gpa(struct vp_registers *regs,
			 const struct vp_registers *asked)
{
	if (asked->r11 != TDVMCALL_MAP_GPA || regs->r13 == asked->r13)
		return;
	if (regs->r10 == TDVMCALL_STATUS_SUCCESS) {
		regs->r10 = TDVMCALL_STATUS_RETRY;
		regs->r11 = asked->r12 + PAGE_SIZE;
	}
	regs->r13 = asked->r13;
}

/* Any page of the TD's RAM. */
static paddr_t random_page(void)
{
	const uint64_t pages = vmm_config.ram_size / PAGE_SIZE;
	paddr_t gpa = (lies_random() >> 16) % pages * PAGE_SIZE;

	if (!vmm_is_ram(gpa))
		gpa += 4 * GIB - hob_low_memory(vmm_config.ram_size);
	return gpa;
}

void lies_remove_pages(struct vmm_vcpu *vcpu)
{
	paddr_t blocked[REMOVED_PAGES];
	unsigned int count = 0;

	if (!lie_is_on(LIE_REMOVE_PAGES))
		return;
	for (unsigned int i = 0; i < REMOVED_PAGES; i++) {
		const paddr_t gpa = random_page();

		if (tdh_mem_range_block(vmm_tdr, gpa, 0) == TDX_SUCCESS)
			blocked[count++] = gpa;
	}
	if (!count)
		return;
	vmm_track(vcpu);
	while (count--) {
		paddr_t page;

		if (tdh_mem_page_remove(vmm_tdr, blocked[count], 0, &page) !=
		    TDX_SUCCESS)
			continue;
		vmm_page_free(page);
		lie_tell(LIE_REMOVE_PAGES);
	}
}

void lies_hold_locks(void)
{
	if (lie_tell(LIE_ACCEPT_BUSY_FOREVER))
		module_hold_sept(UINT64_MAX);
	else if (lie_tell(LIE_ACCEPT_BUSY))
		module_hold_sept(lies_random() % BUSY_TRIES);
}

void lies_add_pages(void)
{
	static uint64_t rubbish[PAGE_SIZE / 8] aligned(4096);

	for (unsigned int i = 0; i < ADDED_PAGES; i++) {
		const paddr_t gpa = random_page();
		paddr_t page;

		if (gpa < ADDED_FROM || !lie_is_on(LIE_ADDED_PAGES))
			continue;
		page = vmm_page_alloc();
		cpu_fill(rubbish, lies_random(), ARRAY_SIZE(rubbish));
		vmm_sept_prepare(gpa, TDX_LEVEL_4K);
		if (tdh_mem_page_add(vmm_tdr, gpa, page, memory_pa(rubbish)) ==
		    TDX_SUCCESS)
			lie_tell(LIE_ADDED_PAGES);
		else
			vmm_page_free(page);
	}
}
