/* SPDX-License-Identifier: MIT */
/*
 * Private pages of 2 MiB, for TDs that are to have them (KVM gives none): one
 * is made when the guest accepts so much at once where nothing is yet, and
 * split when it means a part of it.
 */
#include "emu/boot/log.h"
#include "emu/layout.h"
#include "emu/vmm/vmm.h"

#define GPA_MAX (4 * GIB + VMM_RAM_MAX)
#define EEQ_TYPE 0xf
#define EEQ_ACCEPT 1
#define EEQ_LEVEL_SHIFT 32
#define EEQ_LEVEL 7

static uint64_t is_large[GPA_MAX / PAGE_SIZE_2M / 64];

static void set_large(paddr_t gpa, bool large)
{
	const uint64_t i = gpa / PAGE_SIZE_2M;

	if (large)
		is_large[i / 64] |= BIT(i % 64);
	else
		is_large[i / 64] &= ~BIT(i % 64);
}

bool vmm_large_is(paddr_t gpa)
{
	const uint64_t i = gpa / PAGE_SIZE_2M;

	return is_large[i / 64] & BIT(i % 64);
}

static uint64_t aug(paddr_t gpa, paddr_t page)
{
	uint64_t status = tdh_mem_page_aug(vmm_tdr, gpa, TDX_LEVEL_2M, page);

	if ((status & TDX_STATUS_MASK) == TDX_EPT_WALK_FAILED) {
		vmm_sept_prepare(gpa, TDX_LEVEL_2M);
		status = tdh_mem_page_aug(vmm_tdr, gpa, TDX_LEVEL_2M, page);
	}
	return status;
}

static bool add(paddr_t gpa)
{
	paddr_t page;
	uint64_t status;

	if (!vmm_config.has_large_pages || gpa % PAGE_SIZE_2M ||
	    !vmm_is_private_block(gpa))
		return false;
	page = vmm_large_page_alloc();
	if (!page)
		return false;
	status = aug(gpa, page);
	if (status == TDX_SUCCESS) {
		set_large(gpa, true);
		return true;
	}
	vmm_large_page_free(page);
	/* There is a table already: it will be small pages. */
	if ((status & TDX_STATUS_MASK) != TDX_EPT_ENTRY_STATE_INCORRECT)
		vmm_td_failed_at("TDH.MEM.PAGE.AUG (2 MiB)", gpa, status);
	return false;
}

void vmm_large_split(const struct vmm_vcpu *vcpu, paddr_t gpa)
{
	const paddr_t block = align_down(gpa, PAGE_SIZE_2M);
	const uint64_t status = tdh_mem_range_block(vmm_tdr, block,
						    TDX_LEVEL_2M);

	/* Another vCPU is at it, and gives up the lock in between. */
	if (status == TDX_GPA_RANGE_ALREADY_BLOCKED) {
		vmm_flush_others(vcpu);
		return;
	}
	vmm_td_expect(status, "TDH.MEM.RANGE.BLOCK of 2 MiB");
	vmm_track(vcpu);
	vmm_td_expect(tdh_mem_page_demote(vmm_tdr, block, TDX_LEVEL_2M,
					  vmm_page_alloc()),
		      "TDH.MEM.PAGE.DEMOTE");
	set_large(block, false);
}

void vmm_large_remove(paddr_t gpa)
{
	paddr_t page = 0;

	vmm_td_expect(tdh_mem_page_remove(vmm_tdr, gpa, TDX_LEVEL_2M, &page),
		      "TDH.MEM.PAGE.REMOVE of 2 MiB");
	vmm_large_page_free(page);
	set_large(gpa, false);
}

bool vmm_large_violation(const struct vmm_vcpu *vcpu, paddr_t gpa,
			 uint64_t extended)
{
	const bool is_accept = (extended & EEQ_TYPE) == EEQ_ACCEPT;
	const unsigned int level = extended >> EEQ_LEVEL_SHIFT & EEQ_LEVEL;

	if (!vmm_large_is(gpa))
		return is_accept && level == TDX_LEVEL_2M && add(gpa);
	/* Part of what is pending; else another vCPU has it blocked. */
	if (is_accept && level == TDX_LEVEL_4K)
		vmm_large_split(vcpu, gpa);
	return true;
}
