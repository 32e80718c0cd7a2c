/* SPDX-License-Identifier: MIT */
/*
 * Walks and transitions of the Secure EPT. Every VM entry of the CPU below
 * drops its translations, so a changed entry needs no flush of its own; what
 * other vCPUs still have is counted by epochs, as on hardware.
 */
#include "emu/module/sept.h"

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/pamt.h"

#define ENTRIES 512
#define ENTRY_PRESENT 0x67	/* P, W, U, A, D */
#define ENTRY_LARGE 0x80

/* SDM, Format of an EPT Entry: as the host is shown one. */
#define SHOWN_RWX UINT64_C(0x407)	/* and execution by users */
#define SHOWN_LEAF UINT64_C(0xf0)	/* write-back, ignore PAT, leaf */

#define NO SEPT_REFUSED
#define FR SEPT_FREE
#define BL SEPT_BLOCKED
#define PE SEPT_PENDING
#define PB SEPT_PENDING_BLOCKED
#define MA SEPT_MAPPED
#define NB SEPT_NL_BLOCKED
#define NM SEPT_NL_MAPPED

/*
 * MOD, Secure EPT Entry State Diagram. Columns in the order of enum
 * sept_operation: add table, page; aug; accept; extend; block; unblock;
 * remove page, table; demote; promote.
 */
static const struct {
	enum sept_state state;
	uint8_t next[SEPT_OPERATIONS];
} transitions[] = {
	{ FR, { NM, MA, PE, NO, NO, NO, NO, NO, NO, NO, NO } },
	{ PE, { NO, NO, NO, MA, NO, PB, NO, FR, NO, NM, NO } },
	{ MA, { NO, NO, NO, NO, MA, BL, NO, FR, NO, NM, NO } },
	{ BL, { NO, NO, NO, NO, NO, NO, MA, FR, NO, NM, NO } },
	{ PB, { NO, NO, NO, NO, NO, NO, PE, FR, NO, NM, NO } },
	{ NM, { NO, NO, NO, NO, NO, NB, NO, NO, FR, NO, NO } },
	{ NB, { NO, NO, NO, NO, NO, NO, NM, NO, FR, NO, MA } },
};

unsigned int sept_next(enum sept_state state, enum sept_operation operation)
{
	for (size_t i = 0; i < ARRAY_SIZE(transitions); i++)
		if (transitions[i].state == state)
			return transitions[i].next[operation];
	return SEPT_REFUSED;
}

static bool is_blocked(enum sept_state state)
{
	return state == SEPT_BLOCKED || state == SEPT_PENDING_BLOCKED ||
	       state == SEPT_NL_BLOCKED;
}

static bool is_non_leaf(enum sept_state state)
{
	return state == SEPT_NL_MAPPED || state == SEPT_NL_BLOCKED;
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

bool sept_is_leaf(const struct sept_walk *walk)
{
	return !is_non_leaf(sept_state(*walk->entry));
}

static uint64_t level_size(unsigned int level)
{
	return PAGE_SIZE << (9 * level);
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

	/* A blocked table cannot be walked through. */
	while (walk.level > level &&
	       sept_state(*walk.entry) == SEPT_NL_MAPPED) {
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
	       *gpa < td_shared_bit(td) && !(*gpa & (level_size(*level) - 1));
}

void sept_show(struct td *td, paddr_t gpa, unsigned int level,
	       uint64_t *entry, uint64_t *state)
{
	const struct sept_walk walk = sept_walk(td, gpa, level);
	const enum sept_state is = sept_state(*walk.entry);

	*entry = EPT_SUPPRESS_VE | sept_page(*walk.entry);
	if (is == SEPT_MAPPED || is == SEPT_NL_MAPPED)
		*entry |= SHOWN_RWX;
	if (is != SEPT_FREE && !is_non_leaf(is))
		*entry |= SHOWN_LEAF;
	*state = walk.level | (uint64_t)is << 8;
}

bool sept_is_epoch_busy(const struct td *td)
{
	for (unsigned int i = 0; i < td->num_created; i++)
		if (vcpu_is_behind(&td->vcpus[i], td->epoch))
			return true;
	return false;
}

bool sept_is_tracked(const struct td *td, uint64_t epoch)
{
	for (unsigned int i = 0; i < td->num_created; i++)
		if (vcpu_is_behind(&td->vcpus[i], epoch + 1))
			return false;
	return td->epoch > epoch;
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
	uint64_t status = begin(td, gpa, level, SEPT_DEMOTE, &entry);

	if (status == TDX_SUCCESS)
		status = check_unused(td, *entry);
	if (status == TDX_SUCCESS)
		status = pamt_take(td, page, SEPT_4K, PAMT_EPT,
				   TDX_OPERAND_ID_R8);
	if (status != TDX_SUCCESS)
		return status;
	for (unsigned int i = 0; i < ENTRIES; i++) {
		const paddr_t part = sept_page(*entry) +
				     i * level_size(level - 1);

		table[i] = sept_entry(part, unblocked(sept_state(*entry)),
				      level - 1);
		pamt_set_level(part, level - 1);
	}
	commit(entry, SEPT_DEMOTE, page, level);
	return TDX_SUCCESS;
}

/* 512 pages in a row, all mapped or all pending, that begin where one can. */
static bool is_one_page(const uint64_t *table, unsigned int level)
{
	const enum sept_state state = sept_state(table[0]);
	const paddr_t page = sept_page(table[0]);

	if ((state != SEPT_MAPPED && state != SEPT_PENDING) ||
	    page & (level_size(level) - 1))
		return false;
	for (unsigned int i = 0; i < ENTRIES; i++)
		if (sept_state(table[i]) != state ||
		    sept_page(table[i]) != page + i * level_size(level - 1))
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
	for (unsigned int i = 0; i < ENTRIES; i++)
		pamt_set_level(sept_page(table[i]), level);
	*entry = sept_entry(sept_page(table[0]), sept_state(table[0]), level);
	pamt_release(td, *page, SEPT_4K);
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
	cpu_fill(memory_at(page), 0, level_size(level) / 8);
	commit(walk.entry, SEPT_ACCEPT_PAGE, page, level);
	return SEPT_ACCEPT_DONE;
}

void *sept_pointer(struct td *td, paddr_t gpa)
{
	const struct sept_walk walk = sept_walk(td, gpa, SEPT_4K);
	const uint64_t offset_mask = level_size(walk.level) - 1;

	if (gpa >= td_shared_bit(td) ||
	    sept_state(*walk.entry) != SEPT_MAPPED)
		return NULL;
	return memory_at(sept_page(*walk.entry) + (gpa & offset_mask));
}
