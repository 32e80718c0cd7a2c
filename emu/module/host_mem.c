/* SPDX-License-Identifier: MIT */
/*
 * A TD's memory as the host drives it: each leaf finds the TD, splits its
 * "gpa | level" operand and leaves the rest to the Secure EPT (sept.c).
 */
#include <string.h>

#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/module/host.h"
#include "emu/module/sept.h"

#define TDR_ALLOW_EXISTING UINT64_C(1)
#define NO_PAGE UINT64_MAX

struct target {
	struct td *td;
	paddr_t gpa;
	unsigned int level;
};

/* TDR in RDX without the flags that the leaf knows, "gpa | level" in RCX. */
static uint64_t find_target(const struct trap_frame *host, uint64_t flags,
			    unsigned int lowest, unsigned int top,
			    struct target *target)
{
	const uint64_t status = host_find_td(host, host->rdx & ~flags,
					     TDX_OPERAND_ID_RDX, &target->td);

	if (status != TDX_SUCCESS)
		return status;
	if (!sept_operand(target->td, host->rcx, top, &target->gpa,
			  &target->level) || target->level < lowest)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	return TDX_SUCCESS;
}

/* MOD: errors that are about an entry show it, after others both are 0. */
static bool is_about_entry(uint64_t status)
{
	switch (status & TDX_STATUS_MASK) {
	case TDX_EPT_WALK_FAILED:
	case TDX_EPT_ENTRY_STATE_INCORRECT:
	case TDX_EPT_ENTRY_NOT_PRESENT:
	case TDX_EPT_PAGE_NOT_FREE:
	case TDX_GPA_RANGE_NOT_BLOCKED:
	case TDX_GPA_RANGE_ALREADY_BLOCKED:
		return true;
	default:
		return false;
	}
}

static uint64_t finish(struct trap_frame *host, const struct target *target,
		       uint64_t status)
{
	host->rcx = host->rdx = 0;
	if (is_about_entry(status))
		sept_show(target->td, target->gpa, target->level, &host->rcx,
			  &host->rdx);
	return status;
}

/* For leaves that return a page. */
static uint64_t finish_with_page(struct trap_frame *host,
				 const struct target *target, uint64_t status,
				 paddr_t page)
{
	finish(host, target, status);
	if (status == TDX_SUCCESS)
		host->rcx = page;
	return status;
}

/* An entry that has its table is as good, if the host says so. */
static bool is_existing(const struct trap_frame *host,
			const struct target *target, uint64_t flags)
{
	const struct sept_walk walk = sept_walk(target->td, target->gpa,
						target->level);
	const bool is_nothing_wanted = host_version(host) &&
				       host->r8 == NO_PAGE;

	return (flags & TDR_ALLOW_EXISTING || is_nothing_wanted) &&
	       walk.level == target->level &&
	       sept_state(*walk.entry) == SEPT_NL_MAPPED;
}

uint64_t host_mem_sept_add(struct trap_frame *host)
{
	const uint64_t flags = host->rdx & TDR_ALLOW_EXISTING;
	const bool has_outputs = host_version(host);
	struct target target;
	bool is_used = false;
	uint64_t status = find_target(host, flags, SEPT_2M, SEPT_512G,
				      &target);

	if (status == TDX_SUCCESS && !is_existing(host, &target, flags)) {
		status = sept_add_table(target.td, target.gpa, target.level,
					host->r8);
		is_used = status == TDX_SUCCESS;
	}
	if (has_outputs) {
		host->r8 = is_used || host->r8 == NO_PAGE ?
				   NO_PAGE : host->r8 | BIT(63);
		host->r9 = host->r10 = host->r11 = NO_PAGE;
	}
	return finish(host, &target, status);
}

uint64_t host_mem_page_add(struct trap_frame *host)
{
	const paddr_t source = host->r9;
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_4K, &target);

	if (status == TDX_SUCCESS &&
	    (source % PAGE_SIZE || source >> SEAM_HKID_SHIFT))
		status = TDX_OPERAND_INVALID | TDX_OPERAND_ID_R9;
	if (status == TDX_SUCCESS)
		status = sept_add_page(target.td, target.gpa, host->r8);
	if (status == TDX_SUCCESS) {
		memcpy(memory_at(host->r8), memory_at(source), PAGE_SIZE);
		measure_page_add(&target.td->mrtd_stream, target.gpa);
	}
	return finish(host, &target, status);
}

uint64_t host_mem_page_aug(struct trap_frame *host)
{
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_2M, &target);

	if (status == TDX_SUCCESS)
		status = sept_aug_page(target.td, target.gpa, target.level,
				       host->r8);
	return finish(host, &target, status);
}

uint64_t host_mem_range_block(struct trap_frame *host)
{
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_512G, &target);

	if (status == TDX_SUCCESS)
		status = sept_block(target.td, target.gpa, target.level);
	return finish(host, &target, status);
}

uint64_t host_mem_range_unblock(struct trap_frame *host)
{
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_512G, &target);

	if (status == TDX_SUCCESS)
		status = sept_unblock(target.td, target.gpa, target.level);
	return finish(host, &target, status);
}

uint64_t host_mem_track(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_td(host, host->rcx,
					     TDX_OPERAND_ID_RCX, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (sept_is_epoch_busy(td))
		return TDX_PREVIOUS_TLB_EPOCH_BUSY;
	td->epoch++;
	return TDX_SUCCESS;
}

uint64_t host_mem_page_remove(struct trap_frame *host)
{
	struct target target;
	paddr_t page = 0;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_1G, &target);

	if (status == TDX_SUCCESS)
		status = sept_remove_page(target.td, target.gpa, target.level,
					  &page);
	return finish_with_page(host, &target, status, page);
}

uint64_t host_mem_sept_remove(struct trap_frame *host)
{
	struct target target;
	paddr_t page = 0;
	uint64_t status = find_target(host, 0, SEPT_2M, SEPT_512G, &target);

	if (host_version(host))
		host->r9 = host->r10 = host->r11 = NO_PAGE;
	if (status == TDX_SUCCESS)
		status = sept_remove_table(target.td, target.gpa,
					   target.level, &page);
	return finish_with_page(host, &target, status, page);
}

/* There are no leaves of 1 GiB, so these two work on 2 MiB alone. */
uint64_t host_mem_page_demote(struct trap_frame *host)
{
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_2M, SEPT_1G, &target);

	if (status == TDX_SUCCESS)
		status = sept_demote(target.td, target.gpa, target.level,
				     host->r8);
	return finish(host, &target, status);
}

uint64_t host_mem_page_promote(struct trap_frame *host)
{
	struct target target;
	paddr_t page = 0;
	uint64_t status = find_target(host, 0, SEPT_2M, SEPT_2M, &target);

	if (status == TDX_SUCCESS)
		status = sept_promote(target.td, target.gpa, target.level,
				      &page);
	return finish_with_page(host, &target, status, page);
}

uint64_t host_mem_sept_rd(struct trap_frame *host)
{
	struct target target;
	uint64_t status = find_target(host, 0, SEPT_4K, SEPT_512G, &target);

	if (status == TDX_SUCCESS &&
	    sept_walk(target.td, target.gpa, target.level).level !=
		    target.level)
		status = TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
	finish(host, &target, status);
	if (status == TDX_SUCCESS)
		sept_show(target.td, target.gpa, target.level, &host->rcx,
			  &host->rdx);
	host->r8 = 0;
	return status;
}
