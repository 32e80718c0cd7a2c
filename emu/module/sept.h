/* SPDX-License-Identifier: MIT */
/*
 * The Secure EPT: who may access a private page, as one table of states. The
 * entries are AMD's (the CPU below is one), with the state in bits 59:52 that
 * the CPU ignores; an entry that the guest may not use is not present.
 */
#ifndef EMU_MODULE_SEPT_H
#define EMU_MODULE_SEPT_H

#include "emu/module/state.h"

/* MOD, Secure EPT Entry State: the public encoding. */
enum sept_state {
	SEPT_FREE = 0,
	SEPT_BLOCKED = 1,
	SEPT_PENDING = 2,
	SEPT_PENDING_BLOCKED = 3,
	SEPT_MAPPED = 4,
	SEPT_NL_BLOCKED = 129,
	SEPT_NL_MAPPED = 132,
};

enum sept_level {
	SEPT_4K,
	SEPT_2M,
	SEPT_1G,
	SEPT_512G,
	SEPT_256T,
};

/* Where a walk ended: at the level asked for, or above it. */
struct sept_walk {
	uint64_t *entry;
	unsigned int level;
};

static inline enum sept_state sept_state(uint64_t entry)
{
	return (enum sept_state)((entry >> 52) & 0xff);
}

static inline paddr_t sept_page(uint64_t entry)
{
	return entry & UINT64_C(0x0000fffffffff000);
}

static inline uint64_t sept_level_size(unsigned int level)
{
	return PAGE_SIZE << (9 * level);
}

/* Number of the entry for gpa in its table. */
static inline unsigned int sept_index(paddr_t gpa, unsigned int level)
{
	return (unsigned int)(gpa >> (PAGE_SHIFT + 9 * level)) & 511;
}

/* What may be done with an entry. */
enum sept_operation {
	SEPT_ADD_TABLE,		/* TDH.MEM.SEPT.ADD */
	SEPT_ADD_PAGE,		/* TDH.MEM.PAGE.ADD */
	SEPT_AUG_PAGE,		/* TDH.MEM.PAGE.AUG */
	SEPT_ACCEPT_PAGE,	/* TDG.MEM.PAGE.ACCEPT */
	SEPT_EXTEND,		/* TDH.MR.EXTEND */
	SEPT_BLOCK,		/* TDH.MEM.RANGE.BLOCK */
	SEPT_UNBLOCK,		/* TDH.MEM.RANGE.UNBLOCK */
	SEPT_REMOVE_PAGE,	/* TDH.MEM.PAGE.REMOVE */
	SEPT_REMOVE_TABLE,	/* TDH.MEM.SEPT.REMOVE */
	SEPT_DEMOTE,		/* TDH.MEM.PAGE.DEMOTE */
	SEPT_PROMOTE,		/* TDH.MEM.PAGE.PROMOTE */
	SEPT_RELOCATE,		/* TDH.MEM.PAGE.RELOCATE */
	SEPT_OPERATIONS,
};

#define SEPT_REFUSED 255

/*
 * The state after an operation, or SEPT_REFUSED. After SEPT_PROMOTE it is the
 * state of the pages that became one. That the TD may be running, and an
 * entry then must be blocked and tracked before it goes, is not in here.
 */
unsigned int sept_next(enum sept_state state, enum sept_operation operation);

bool sept_is_leaf(const struct sept_walk *walk);

/* Walks to the entry that maps gpa at level, or as far as there are tables. */
struct sept_walk sept_walk(struct td *td, paddr_t gpa, unsigned int level);

/*
 * Splits a host's "gpa | level" operand: bits 2:0 level, 51:12 the address,
 * private and aligned to the level, at most top and what the TD's tables have.
 * False: OPERAND_INVALID.
 */
bool must_check sept_operand(const struct td *td, uint64_t operand,
			     unsigned int top, paddr_t *gpa,
			     unsigned int *level);

/*
 * sept_ops.c: the operations of the host on the entry of gpa, which is aligned
 * to level. Each returns the completion status without the outputs in RCX and
 * RDX. Operand ids in it are those of the leaf of the same name.
 */
uint64_t sept_add_table(struct td *td, paddr_t gpa, unsigned int level,
			paddr_t page) must_check;
uint64_t sept_add_page(struct td *td, paddr_t gpa, paddr_t page) must_check;
uint64_t sept_aug_page(struct td *td, paddr_t gpa, unsigned int level,
		       paddr_t page) must_check;
uint64_t sept_block(struct td *td, paddr_t gpa, unsigned int level) must_check;
uint64_t sept_unblock(struct td *td, paddr_t gpa,
		      unsigned int level) must_check;
uint64_t sept_remove_page(struct td *td, paddr_t gpa, unsigned int level,
			  paddr_t *page) must_check;
uint64_t sept_remove_table(struct td *td, paddr_t gpa, unsigned int level,
			   paddr_t *page) must_check;
/* One page becomes 512, mapped by the table in page; and back. */
uint64_t sept_demote(struct td *td, paddr_t gpa, unsigned int level,
		     paddr_t page) must_check;
uint64_t sept_promote(struct td *td, paddr_t gpa, unsigned int level,
		      paddr_t *page) must_check;

/* The page moves to another one; *old is where it was. */
uint64_t sept_relocate(struct td *td, paddr_t gpa, paddr_t page,
		       paddr_t *old) must_check;

/* RCX and RDX as they show the entry where a walk to level ends. */
void sept_show(struct td *td, paddr_t gpa, unsigned int level,
	       uint64_t *entry, uint64_t *state);

/*
 * Has every vCPU left since pages were blocked in that epoch (MOD, TLB
 * Tracking)? And is one still inside from before the current one?
 */
bool sept_is_tracked(const struct td *td, uint64_t epoch);
bool sept_is_epoch_busy(const struct td *td);

enum sept_accept {
	SEPT_ACCEPT_DONE,
	SEPT_ACCEPT_ALREADY,
	SEPT_ACCEPT_MISMATCH,
	SEPT_ACCEPT_VIOLATION,	/* the host must act first: a TD exit */
};
/* TDG.MEM.PAGE.ACCEPT; found is where the walk ended. */
enum sept_accept sept_accept(struct td *td, paddr_t gpa, unsigned int level,
			     struct sept_walk *found);

/* The memory behind a private page that the guest may use, else NULL. */
void *sept_pointer(struct td *td, paddr_t gpa);

#endif
