/* SPDX-License-Identifier: MIT */
/*
 * What the host does to entries of the Secure EPT, and the guest by ACCEPT.
 * Every VM entry of the CPU below drops its translations, so a changed entry
 * needs no flush of its own; what other vCPUs still have is counted by epochs,
 * as on hardware.
 */
#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/pamt.h"
#include "emu/module/sept.h"

#define ENTRIES 512
#define ENTRY_PRESENT 0x67	/* P, W, U, A, D */
#define ENTRY_LARGE 0x80

static bool is_blocked(enum sept_state state)
{
	return state == SEPT_BLOCKED || state == SEPT_PENDING_BLOCKED ||
	       state == SEPT_NL_BLOCKED;
}

static uint64_t sept_entry(paddr_t page, unsigned int state,
			   unsigned int level)
{
	uint64_t entry = page | (uint64_t)state << 52;

	if (state == SEPT_NL_MAPPED || state == SEPT_MAPPED)
		entry |= ENTRY_PRESENT;
	if (level && state == SEPT_MAPPED)
		entry |= ENTRY_LARGE;
	return entry;
}

/* Finds the entry and what the operation makes of it. */
static uint64_t begin(struct td *td, paddr_t gpa, unsigned int level,
		      enum sept_operation operation, uint64_t **entry)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);

	*entry = walk.entry;
	if (walk.level != level)
		return TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
	if (sept_next(sept_state(*walk.entry), operation) == SEPT_REFUSED)
		return TDX_EPT_ENTRY_STATE_INCORRECT | TDX_OPERAND_ID_RCX;
	return TDX_SUCCESS;
}

/* Writes the entry that the operation makes of this one. */
static void commit(uint64_t *entry, enum sept_operation operation,
		   paddr_t page, unsigned int level)
{
	const unsigned int next = sept_next(sept_state(*entry), operation);

	__atomic_store_n(entry, next == SEPT_FREE ? 0 :
			 sept_entry(page, next, level), __ATOMIC_RELEASE);
}

/* A vCPU may be using the entry: not after it was blocked and tracked. */
static uint64_t check_unused(const struct td *td, uint64_t entry)
{
	if (td->op_state != OP_STATE_RUNNABLE)
		return TDX_SUCCESS;
	if (!is_blocked(sept_state(entry)))
		return TDX_GPA_RANGE_NOT_BLOCKED | TDX_OPERAND_ID_RCX;
	if (!sept_is_tracked(td, pamt_epoch(sept_page(entry))))
		return TDX_TLB_TRACKING_NOT_DONE | TDX_OPERAND_ID_RCX;
	return TDX_SUCCESS;
}

uint64_t sept_add_table(struct td *td, paddr_t gpa, unsigned int level,
			paddr_t page)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, SEPT_ADD_TABLE, &entry);

	if (status == TDX_SUCCESS)
		status = pamt_take(td, page, SEPT_4K, PAMT_EPT,
				   TDX_OPERAND_ID_R8);
	if (status != TDX_SUCCESS)
		return status;
	cpu_fill(memory_at(page), 0, ENTRIES);
	commit(entry, SEPT_ADD_TABLE, page, level);
	return TDX_SUCCESS;
}

static uint64_t map_page(struct td *td, paddr_t gpa, unsigned int level,
			 paddr_t page, enum sept_operation operation)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, operation, &entry);

	if (status == TDX_SUCCESS)
		status = pamt_take(td, page, level, PAMT_REG,
				   TDX_OPERAND_ID_R8);
	if (status == TDX_SUCCESS)
		commit(entry, operation, page, level);
	return status;
}

uint64_t sept_add_page(struct td *td, paddr_t gpa, paddr_t page)
{
	return map_page(td, gpa, SEPT_4K, page, SEPT_ADD_PAGE);
}

uint64_t sept_aug_page(struct td *td, paddr_t gpa, unsigned int level,
		       paddr_t page)
{
	return map_page(td, gpa, level, page, SEPT_AUG_PAGE);
}

uint64_t sept_block(struct td *td, paddr_t gpa, unsigned int level)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, SEPT_BLOCK, &entry);

	if ((status & TDX_STATUS_MASK) == TDX_EPT_ENTRY_STATE_INCORRECT &&
	    is_blocked(sept_state(*entry)))
		return TDX_GPA_RANGE_ALREADY_BLOCKED;
	if (status != TDX_SUCCESS)
		return status;
	pamt_set_epoch(sept_page(*entry), td->epoch);
	commit(entry, SEPT_BLOCK, sept_page(*entry), level);
	return TDX_SUCCESS;
}

uint64_t sept_unblock(struct td *td, paddr_t gpa, unsigned int level)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, SEPT_UNBLOCK, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if ((status & TDX_STATUS_MASK) == TDX_TLB_TRACKING_NOT_DONE)
		return TDX_TLB_TRACKING_NOT_DONE | TDX_OPERAND_ID_SEPT_TREE;
	if (status == TDX_SUCCESS)
		commit(entry, SEPT_UNBLOCK, sept_page(*entry), level);
	return status;
}

uint64_t sept_remove_page(struct td *td, paddr_t gpa, unsigned int level,
			  paddr_t *page)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, SEPT_REMOVE_PAGE, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if (status != TDX_SUCCESS)
		return status;
	*page = sept_page(*entry);
	commit(entry, SEPT_REMOVE_PAGE, 0, level);
	pamt_release(td, *page, level);
	return TDX_SUCCESS;
}

static bool is_table_free(const uint64_t *table)
{
	for (unsigned int i = 0; i < ENTRIES; i++)
		if (sept_state(table[i]) != SEPT_FREE)
			return false;
	return true;
}

uint64_t sept_remove_table(struct td *td, paddr_t gpa, unsigned int level,
			   paddr_t *page)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, level, SEPT_REMOVE_TABLE, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if (status != TDX_SUCCESS)
		return status;
	if (!is_table_free(memory_at(sept_page(*entry))))
		return TDX_EPT_PAGE_NOT_FREE | TDX_OPERAND_ID_RCX;
	*page = sept_page(*entry);
	commit(entry, SEPT_REMOVE_TABLE, 0, level);
	pamt_release(td, *page, SEPT_4K);
	return TDX_SUCCESS;
}

/* The small pages are what the large one was before it was blocked. */
static enum sept_state unblocked(enum sept_state state)
{
	return is_blocked(state) ?
		       (enum sept_state)sept_next(state, SEPT_UNBLOCK) : state;
}

uint64_t sept_demote(struct td *td, paddr_t gpa, unsigned int level,
		     paddr_t page)
{
	uint64_t *entry;
	uint64_t *table = memory_at(page);
	const uint64_t part_size = sept_level_size(level - 1);
	uint64_t status = begin(td, gpa, level, SEPT_DEMOTE, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if (status == TDX_SUCCESS)
		status = pamt_take(td, page, SEPT_4K, PAMT_EPT,
				   TDX_OPERAND_ID_R8);
	if (status != TDX_SUCCESS)
		return status;
	for (unsigned int i = 0; i < ENTRIES; i++)
		table[i] = sept_entry(sept_page(*entry) + i * part_size,
				      unblocked(sept_state(*entry)), level - 1);
	pamt_set_level(sept_page(*entry), sept_level_size(level) / PAGE_SIZE,
		       level - 1);
	commit(entry, SEPT_DEMOTE, page, level);
	return TDX_SUCCESS;
}

/* 512 pages in a row, all mapped or all pending, that begin where one can. */
static bool is_one_page(const uint64_t *table, unsigned int level)
{
	const enum sept_state state = sept_state(table[0]);
	const paddr_t page = sept_page(table[0]);
	const uint64_t part_size = sept_level_size(level - 1);

	if ((state != SEPT_MAPPED && state != SEPT_PENDING) ||
	    page & (sept_level_size(level) - 1))
		return false;
	for (unsigned int i = 0; i < ENTRIES; i++)
		if (sept_state(table[i]) != state ||
		    sept_page(table[i]) != page + i * part_size)
			return false;
	return true;
}

uint64_t sept_promote(struct td *td, paddr_t gpa, unsigned int level,
		      paddr_t *page)
{
	uint64_t *entry;
	uint64_t *table;
	uint64_t status = begin(td, gpa, level, SEPT_PROMOTE, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if (status != TDX_SUCCESS)
		return status;
	*page = sept_page(*entry);
	table = memory_at(*page);
	if (!is_one_page(table, level))
		return TDX_EPT_INVALID_PROMOTE_CONDITIONS | TDX_OPERAND_ID_RCX;
	pamt_set_level(sept_page(table[0]), sept_level_size(level) / PAGE_SIZE,
		       level);
	*entry = sept_entry(sept_page(table[0]), sept_state(table[0]), level);
	pamt_release(td, *page, SEPT_4K);
	return TDX_SUCCESS;
}

uint64_t sept_relocate(struct td *td, paddr_t gpa, paddr_t page, paddr_t *old)
{
	uint64_t *entry;
	uint64_t status = begin(td, gpa, SEPT_4K, SEPT_RELOCATE, &entry);

	if (status != TDX_SUCCESS)
		return status;
	*old = sept_page(*entry);
	if (page == *old)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R8;
	status = check_unused(td, *entry);
	if (status == TDX_SUCCESS)
		status = pamt_take(td, page, SEPT_4K, PAMT_REG,
				   TDX_OPERAND_ID_R8);
	if (status != TDX_SUCCESS)
		return status;
	/* Nothing but the guest's acceptance fills a pending page. */
	if (unblocked(sept_state(*entry)) == SEPT_MAPPED)
		memcpy(memory_at(page), memory_at(*old), PAGE_SIZE);
	commit(entry, SEPT_RELOCATE, page, SEPT_4K);
	pamt_release(td, *old, SEPT_4K);
	return TDX_SUCCESS;
}

enum sept_accept sept_accept(struct td *td, paddr_t gpa, unsigned int level,
			     struct sept_walk *found)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);
	const enum sept_state state = sept_state(*walk.entry);
	const paddr_t page = sept_page(*walk.entry);

	*found = walk;
	if (state == SEPT_MAPPED)
		return SEPT_ACCEPT_ALREADY;
	if (walk.level != level)
		return SEPT_ACCEPT_VIOLATION;
	if (state == SEPT_NL_MAPPED)
		return SEPT_ACCEPT_MISMATCH;
	if (sept_next(state, SEPT_ACCEPT_PAGE) == SEPT_REFUSED)
		return SEPT_ACCEPT_VIOLATION;
	cpu_fill(memory_at(page), 0, sept_level_size(level) / 8);
	commit(walk.entry, SEPT_ACCEPT_PAGE, page, level);
	return SEPT_ACCEPT_DONE;
}
