/* SPDX-License-Identifier: MIT */
/*
 * Walks and transitions of the Secure EPT. Every VM entry of the CPU below
 * drops its translations, so a changed entry needs no flush of its own; with
 * several vCPUs TDH.MEM.TRACK counts, as on hardware.
 */
#include "emu/module/sept.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/pamt.h"

#define ENTRY_PRESENT 0x67	/* P, W, U, A, D */
#define ENTRY_LARGE 0x80

static uint64_t sept_entry(paddr_t page, enum sept_state state,
			   unsigned int level)
{
	uint64_t entry = page | (uint64_t)state << 52;

	if (state == SEPT_NL_MAPPED || state == SEPT_MAPPED)
		entry |= ENTRY_PRESENT;
	if (level && (state == SEPT_MAPPED || state == SEPT_PENDING))
		entry |= ENTRY_LARGE;
	return entry;
}

bool sept_is_leaf(const struct sept_walk *walk)
{
	const enum sept_state state = sept_state(*walk->entry);

	return state != SEPT_NL_MAPPED && state != SEPT_NL_BLOCKED;
}

static unsigned int sept_index(paddr_t gpa, unsigned int level)
{
	return (unsigned int)(gpa >> (PAGE_SHIFT + 9 * level)) & 511;
}

struct sept_walk sept_walk(struct td *td, paddr_t gpa, unsigned int level)
{
	struct sept_walk walk = {
		.entry = &td->sept_root[sept_index(gpa, SEPT_512G)],
		.level = SEPT_512G,
	};

	while (walk.level > level && !sept_is_leaf(&walk)) {
		uint64_t *table = memory_at(sept_page(*walk.entry));

		walk.level--;
		walk.entry = &table[sept_index(gpa, walk.level)];
	}
	return walk;
}

bool sept_operand(const struct td *td, uint64_t operand, unsigned int top,
		  paddr_t *gpa, unsigned int *level)
{
	*level = operand & 7;
	*gpa = operand & ~PAGE_MASK;
	return *level <= top && !(operand & 0xff8) &&
	       *gpa < td_shared_bit(td) &&
	       !(*gpa & ((PAGE_SIZE << (9 * *level)) - 1));
}

static uint64_t *sept_free_entry(struct td *td, paddr_t gpa,
				 unsigned int level, uint64_t *status)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);

	*status = TDX_SUCCESS;
	if (walk.level != level)
		*status = TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
	else if (sept_state(*walk.entry) != SEPT_FREE)
		*status = TDX_EPT_ENTRY_STATE_INCORRECT | TDX_OPERAND_ID_RCX;
	return walk.entry;
}

uint64_t sept_add_table(struct td *td, paddr_t gpa, unsigned int level,
			paddr_t page)
{
	uint64_t status;
	uint64_t *entry = sept_free_entry(td, gpa, level, &status);

	if (status == TDX_SUCCESS)
		status = pamt_take(page, PAMT_EPT, TDX_OPERAND_ID_R8);
	if (status != TDX_SUCCESS)
		return status;
	cpu_fill(memory_at(page), 0, 512);
	*entry = sept_entry(page, SEPT_NL_MAPPED, level);
	return TDX_SUCCESS;
}

uint64_t sept_add_page(struct td *td, paddr_t gpa, paddr_t page)
{
	uint64_t status;
	uint64_t *entry = sept_free_entry(td, gpa, SEPT_4K, &status);

	if (status == TDX_SUCCESS)
		status = pamt_take(page, PAMT_REG, TDX_OPERAND_ID_R8);
	if (status == TDX_SUCCESS)
		*entry = sept_entry(page, SEPT_MAPPED, SEPT_4K);
	return status;
}

/* A large page is 512 owned pages; all or none change hands. */
static uint64_t pamt_take_range(paddr_t page, unsigned int level)
{
	const uint64_t pages = UINT64_C(1) << (9 * level);

	for (uint64_t i = 0; i < pages; i++) {
		const uint64_t status = pamt_take(page + i * PAGE_SIZE,
						  PAMT_REG, TDX_OPERAND_ID_R8);

		if (status == TDX_SUCCESS)
			continue;
		while (i--)
			pamt_release(page + i * PAGE_SIZE);
		return status;
	}
	return TDX_SUCCESS;
}

uint64_t sept_aug_page(struct td *td, paddr_t gpa, unsigned int level,
		       paddr_t page)
{
	uint64_t status;
	uint64_t *entry = sept_free_entry(td, gpa, level, &status);

	if (status == TDX_SUCCESS &&
	    page & ((PAGE_SIZE << (9 * level)) - 1))
		status = TDX_OPERAND_INVALID | TDX_OPERAND_ID_R8;
	if (status == TDX_SUCCESS)
		status = pamt_take_range(page, level);
	if (status == TDX_SUCCESS)
		*entry = sept_entry(page, SEPT_PENDING, level);
	return status;
}

uint64_t sept_block(struct td *td, paddr_t gpa, unsigned int level)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);
	const paddr_t page = sept_page(*walk.entry);

	if (walk.level != level)
		return TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
	switch (sept_state(*walk.entry)) {
	case SEPT_MAPPED:
		*walk.entry = sept_entry(page, SEPT_BLOCKED, level);
		break;
	case SEPT_PENDING:
		*walk.entry = sept_entry(page, SEPT_PENDING_BLOCKED, level);
		break;
	case SEPT_NL_MAPPED:
		*walk.entry = sept_entry(page, SEPT_NL_BLOCKED, level);
		break;
	case SEPT_BLOCKED:
	case SEPT_PENDING_BLOCKED:
	case SEPT_NL_BLOCKED:
		return TDX_GPA_RANGE_ALREADY_BLOCKED;
	default:
		return TDX_EPT_ENTRY_STATE_INCORRECT | TDX_OPERAND_ID_RCX;
	}
	td->is_tracked = false;
	return TDX_SUCCESS;
}

uint64_t sept_remove_page(struct td *td, paddr_t gpa, unsigned int level,
			  paddr_t *page)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);
	const enum sept_state state = sept_state(*walk.entry);
	const bool is_blocked = state == SEPT_BLOCKED ||
				state == SEPT_PENDING_BLOCKED;
	const bool is_running = td->op_state == OP_STATE_RUNNABLE;

	if (walk.level != level)
		return TDX_EPT_WALK_FAILED | TDX_OPERAND_ID_RCX;
	if (state == SEPT_FREE || !sept_is_leaf(&walk))
		return TDX_EPT_ENTRY_STATE_INCORRECT | TDX_OPERAND_ID_RCX;
	if (is_running && !is_blocked)
		return TDX_GPA_RANGE_NOT_BLOCKED | TDX_OPERAND_ID_RCX;
	if (is_running && !td->is_tracked)
		return TDX_TLB_TRACKING_NOT_DONE | TDX_OPERAND_ID_RCX;
	*page = sept_page(*walk.entry);
	*walk.entry = 0;
	for (uint64_t i = 0; i < UINT64_C(1) << (9 * level); i++)
		pamt_release(*page + i * PAGE_SIZE);
	return TDX_SUCCESS;
}

enum sept_accept sept_accept(struct td *td, paddr_t gpa, unsigned int level,
			     struct sept_walk *found)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);
	const enum sept_state state = sept_state(*walk.entry);

	*found = walk;
	if (state == SEPT_MAPPED)
		return SEPT_ACCEPT_ALREADY;
	if (walk.level != level)
		return SEPT_ACCEPT_VIOLATION;
	if (state == SEPT_NL_MAPPED)
		return SEPT_ACCEPT_MISMATCH;
	if (state != SEPT_PENDING)
		return SEPT_ACCEPT_VIOLATION;
	cpu_fill(memory_at(sept_page(*walk.entry)), 0,
		 UINT64_C(512) << (9 * level));
	*walk.entry = sept_entry(sept_page(*walk.entry), SEPT_MAPPED, level);
	return SEPT_ACCEPT_DONE;
}

void *sept_pointer(struct td *td, paddr_t gpa)
{
	const struct sept_walk walk = sept_walk(td, gpa, SEPT_4K);
	const uint64_t offset_mask = (PAGE_SIZE << (9 * walk.level)) - 1;

	if (gpa >= td_shared_bit(td) ||
	    sept_state(*walk.entry) != SEPT_MAPPED)
		return NULL;
	return memory_at(sept_page(*walk.entry) + (gpa & offset_mask));
}
