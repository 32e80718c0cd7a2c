/* SPDX-License-Identifier: MIT */
/*
 * A TD's memory as the host drives it. Leaves on an entry of the Secure EPT
 * are alike: TDR in RDX, "gpa | level" in RCX, checked in this order, then an
 * operation of sept.c, and RCX and RDX as its status wants them.
 */
#include <string.h>

#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/module/host.h"
#include "emu/module/sept.h"

/*
 * Flags in RDX, beside the TDR: of SEPT.ADD, and of SEPT.RD for a DEBUG TD. In
 * both it is bit 0; here they are told apart.
 */
#define TDR_FLAG UINT64_C(1)
#define TDR_ALLOW_EXISTING UINT64_C(1)
#define TDR_L2_ATTRIBUTES UINT64_C(2)
#define NO_PAGE UINT64_MAX

/* The entry that a leaf is about, and what it gives and takes. */
struct target {
	struct td *td;
	paddr_t gpa;
	unsigned int level;
	uint64_t flags;		/* set in RDX */
	paddr_t page;		/* R8: a page that the host gives */
	paddr_t source;		/* R9: one that it lets be read */
	paddr_t returned;	/* a page that it gets back, for RCX */
};

/* Levels that a leaf takes, the flag that it knows in RDX, what it does. */
struct leaf {
	unsigned int lowest;
	unsigned int top;
	uint64_t flag;
	uint64_t (*operation)(struct target *target);
};

static uint64_t find_target(const struct trap_frame *host,
			    const struct leaf *leaf, struct target *target)
{
	const uint64_t tdr = leaf->flag ? host->rdx & ~TDR_FLAG : host->rdx;
	const uint64_t status = host_find_td(host, tdr, TDX_OPERAND_ID_RDX,
					     &target->td);

	if (status != TDX_SUCCESS)
		return status;
	if (target->flags & TDR_L2_ATTRIBUTES &&
	    !(target->td->attributes & TDX_ATTRIBUTES_DEBUG))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	if (!sept_operand(target->td, host->rcx, leaf->top, &target->gpa,
			  &target->level) || target->level < leaf->lowest)
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
	case TDX_EPT_INVALID_PROMOTE_CONDITIONS:
	case TDX_GPA_RANGE_NOT_BLOCKED:
	case TDX_GPA_RANGE_ALREADY_BLOCKED:
		return true;
	default:
		return false;
	}
}

static uint64_t run(struct trap_frame *host, const struct leaf *leaf,
		    struct target *target)
{
	uint64_t status;

	*target = (struct target){
		.flags = host->rdx & TDR_FLAG ? leaf->flag : 0,
		.page = host->r8,
		.source = host->r9,
	};
	status = find_target(host, leaf, target);
	if (status == TDX_SUCCESS)
		status = leaf->operation(target);
	host->rcx = status == TDX_SUCCESS ? target->returned : 0;
	host->rdx = 0;
	if (is_about_entry(status))
		sept_show(target->td, target->gpa, target->level, &host->rcx,
			  &host->rdx);
	return status;
}

static uint64_t on_entry(struct trap_frame *host, const struct leaf *leaf)
{
	struct target target;

	return run(host, leaf, &target);
}

static uint64_t add_table(struct target *target)
{
	return sept_add_table(target->td, target->gpa, target->level,
			      target->page);
}

static bool is_table_there(const struct target *target)
{
	const struct sept_walk walk = sept_walk(target->td, target->gpa,
						target->level);

	return walk.level == target->level &&
	       sept_state(*walk.entry) == SEPT_NL_MAPPED;
}

/* An entry that has its table is as good, if the host says so. */
static uint64_t add_table_if_missing(struct target *target)
{
	if (!is_table_there(target))
		return add_table(target);
	target->page = 0;	/* not used */
	return TDX_SUCCESS;
}

uint64_t host_mem_sept_add(struct trap_frame *host)
{
	const paddr_t page = host->r8;
	const bool is_version_1 = host_version(host);
	const bool may_be_there = (host->rdx & TDR_FLAG) ||
				  (is_version_1 && page == NO_PAGE);
	const struct leaf leaf = {
		SEPT_2M, SEPT_256T, TDR_ALLOW_EXISTING,
		may_be_there ? add_table_if_missing : add_table,
	};
	struct target target;
	const uint64_t status = run(host, &leaf, &target);
	const bool is_used = status == TDX_SUCCESS && target.page;

	if (is_version_1) {
		host->r8 = is_used || page == NO_PAGE ? NO_PAGE :
							page | BIT(63);
		host->r9 = host->r10 = host->r11 = NO_PAGE;
	}
	return status;
}

static uint64_t add_page(struct target *target)
{
	uint64_t status;

	if (target->source % PAGE_SIZE || target->source >> SEAM_HKID_SHIFT)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R9;
	status = sept_add_page(target->td, target->gpa, target->page);
	if (status != TDX_SUCCESS)
		return status;
	memcpy(memory_at(target->page), memory_at(target->source), PAGE_SIZE);
	measure_page_add(&target->td->mrtd_stream, target->gpa);
	return TDX_SUCCESS;
}

uint64_t host_mem_page_add(struct trap_frame *host)
{
	return on_entry(host, &(struct leaf){ SEPT_4K, SEPT_4K, 0, add_page });
}

static uint64_t aug_page(struct target *target)
{
	return sept_aug_page(target->td, target->gpa, target->level,
			     target->page);
}

uint64_t host_mem_page_aug(struct trap_frame *host)
{
	return on_entry(host, &(struct leaf){ SEPT_4K, SEPT_2M, 0, aug_page });
}

static uint64_t block(struct target *target)
{
	return sept_block(target->td, target->gpa, target->level);
}

uint64_t host_mem_range_block(struct trap_frame *host)
{
	return on_entry(host, &(struct leaf){ SEPT_4K, SEPT_256T, 0, block });
}

static uint64_t unblock(struct target *target)
{
	return sept_unblock(target->td, target->gpa, target->level);
}

uint64_t host_mem_range_unblock(struct trap_frame *host)
{
	return on_entry(host,
			&(struct leaf){ SEPT_4K, SEPT_256T, 0, unblock });
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

static uint64_t remove_page(struct target *target)
{
	return sept_remove_page(target->td, target->gpa, target->level,
				&target->returned);
}

uint64_t host_mem_page_remove(struct trap_frame *host)
{
	return on_entry(host,
			&(struct leaf){ SEPT_4K, SEPT_1G, 0, remove_page });
}

static uint64_t remove_table(struct target *target)
{
	return sept_remove_table(target->td, target->gpa, target->level,
				 &target->returned);
}

uint64_t host_mem_sept_remove(struct trap_frame *host)
{
	if (host_version(host))
		host->r9 = host->r10 = host->r11 = NO_PAGE;
	return on_entry(host,
			&(struct leaf){ SEPT_2M, SEPT_256T, 0, remove_table });
}

static uint64_t relocate(struct target *target)
{
	return sept_relocate(target->td, target->gpa, target->page,
			     &target->returned);
}

uint64_t host_mem_page_relocate(struct trap_frame *host)
{
	return on_entry(host, &(struct leaf){ SEPT_4K, SEPT_4K, 0, relocate });
}

static uint64_t demote(struct target *target)
{
	return sept_demote(target->td, target->gpa, target->level,
			   target->page);
}

uint64_t host_mem_page_demote(struct trap_frame *host)
{
	return on_entry(host, &(struct leaf){ SEPT_2M, SEPT_1G, 0, demote });
}

static uint64_t promote(struct target *target)
{
	return sept_promote(target->td, target->gpa, target->level,
			    &target->returned);
}

uint64_t host_mem_page_promote(struct trap_frame *host)
{
	if (host_version(host))
		host->r9 = host->r10 = host->r11 = NO_PAGE;
	return on_entry(host, &(struct leaf){ SEPT_2M, SEPT_1G, 0, promote });
}

static uint64_t look(struct target *target)
{
	return sept_walk(target->td, target->gpa, target->level).level ==
			       target->level ?
		       TDX_SUCCESS : TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
}

uint64_t host_mem_sept_rd(struct trap_frame *host)
{
	static const struct leaf leaf = {
		SEPT_4K, SEPT_256T, TDR_L2_ATTRIBUTES, look,
	};
	struct target target;
	const uint64_t status = run(host, &leaf, &target);

	if (status != TDX_SUCCESS)
		return status;
	sept_show(target.td, target.gpa, target.level, &host->rcx,
		  &host->rdx);
	/* Of L2 VMs, of which there are none. */
	if (target.flags)
		host->r8 = 0;
	return TDX_SUCCESS;
}
