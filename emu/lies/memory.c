/* SPDX-License-Identifier: MIT */
/* Lies about private and shared memory. */
#include "emu/lies/lies.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/lies/parts.h"
#include "emu/module/debug.h"

/* Pages that "remove-pages" takes before each entry. */
#define REMOVED_PAGES 8
/* Entries for one exchange by "swap-shared-pages". */
#define SWAP_CHANCE 64
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

	return vmm_ram_page((lies_random() >> 16) % pages);
}

/* What remove-pages and readd-pages take at once. */
struct removed {
	paddr_t gpa;
	paddr_t page;
};

/* Those of some random pages that the TD has accepted. */
static unsigned int take_pages(const struct vmm_vcpu *vcpu,
			       struct removed *taken)
{
	unsigned int blocked = 0;
	unsigned int count = 0;

	for (unsigned int i = 0; i < REMOVED_PAGES; i++) {
		const paddr_t gpa = random_page();

		if (tdh_mem_range_block(vmm_tdr, gpa, 0) == TDX_SUCCESS)
			taken[blocked++].gpa = gpa;
	}
	if (blocked)
		vmm_track(vcpu);
	for (unsigned int i = 0; i < blocked; i++) {
		taken[count].gpa = taken[i].gpa;
		if (tdh_mem_page_remove(vmm_tdr, taken[i].gpa, 0,
					&taken[count].page) == TDX_SUCCESS)
			count++;
	}
	return count;
}

static void remove_pages(const struct vmm_vcpu *vcpu)
{
	struct removed taken[REMOVED_PAGES];
	unsigned int count = take_pages(vcpu, taken);

	while (count--) {
		vmm_page_free(taken[count].page);
		lie_tell(LIE_REMOVE_PAGES);
	}
}

/* Each place gets another's page: contents are not the host's to move. */
static void readd_pages(const struct vmm_vcpu *vcpu)
{
	struct removed taken[REMOVED_PAGES];
	const unsigned int count = take_pages(vcpu, taken);

	for (unsigned int i = 0; i < count; i++) {
		const paddr_t page = taken[count - 1 - i].page;

		if (tdh_mem_page_aug(vmm_tdr, taken[i].gpa, 0, page) ==
		    TDX_SUCCESS)
			lie_tell(LIE_READD_PAGES);
		else
			vmm_page_free(page);
	}
}

static void swap_shared_pages(const struct vmm_vcpu *vcpu)
{
	const paddr_t first = vmm_memory_any_shared(lies_random());
	const paddr_t second = vmm_memory_any_shared(lies_random());

	if (first == second)
		return;
	lie_tell(LIE_SWAP_SHARED_PAGES);
	vmm_memory_swap_shared(vcpu, first, second);
}

void lies_move_pages(const struct vmm_vcpu *vcpu)
{
	if (lie_is_on(LIE_REMOVE_PAGES))
		remove_pages(vcpu);
	if (lie_is_on(LIE_READD_PAGES))
		readd_pages(vcpu);
	if (lie_is_on(LIE_SWAP_SHARED_PAGES) && lies_chance(SWAP_CHANCE))
		swap_shared_pages(vcpu);
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
