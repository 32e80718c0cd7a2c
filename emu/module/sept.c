/* SPDX-License-Identifier: MIT */
/* The Secure EPT's table of states, walks, and how a host sees an entry. */
#include "emu/module/sept.h"

#include "emu/boot/memory.h"

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
 * remove page, table; demote; promote; relocate.
 */
static const struct {
	enum sept_state state;
	uint8_t next[SEPT_OPERATIONS];
} transitions[] = {
	{ FR, { NM, MA, PE, NO, NO, NO, NO, NO, NO, NO, NO, NO } },
	{ PE, { NO, NO, NO, MA, NO, PB, NO, FR, NO, NM, NO, PE } },
	{ MA, { NO, NO, NO, NO, MA, BL, NO, FR, NO, NM, NO, MA } },
	{ BL, { NO, NO, NO, NO, NO, NO, MA, FR, NO, NM, NO, MA } },
	{ PB, { NO, NO, NO, NO, NO, NO, PE, FR, NO, NM, NO, PE } },
	{ NM, { NO, NO, NO, NO, NO, NB, NO, NO, FR, NO, NO, NO } },
	{ NB, { NO, NO, NO, NO, NO, NO, NM, NO, FR, NO, MA, NO } },
};

unsigned int sept_next(enum sept_state state, enum sept_operation operation)
{
	for (size_t i = 0; i < ARRAY_SIZE(transitions); i++)
		if (transitions[i].state == state)
			return transitions[i].next[operation];
	return SEPT_REFUSED;
}

static bool is_non_leaf(enum sept_state state)
{
	return state == SEPT_NL_MAPPED || state == SEPT_NL_BLOCKED;
}

bool sept_is_leaf(const struct sept_walk *walk)
{
	return !is_non_leaf(sept_state(*walk->entry));
}

struct sept_walk sept_walk(struct td *td, paddr_t gpa, unsigned int level)
{
	struct sept_walk walk = {
		.entry = &td->sept_root[sept_index(gpa, SEPT_512G)],
		.level = SEPT_512G,
	};

	/* Apart: the compiler unrolls the loop for the other four. */
	if (td->sept_top == SEPT_256T) {
		uint64_t *entry = &td->sept_root[sept_index(gpa, SEPT_256T)];
		uint64_t *table = memory_at(sept_page(*entry));

		if (level == SEPT_256T || sept_state(*entry) != SEPT_NL_MAPPED)
			return (struct sept_walk){ entry, SEPT_256T };
		walk.entry = &table[sept_index(gpa, SEPT_512G)];
	}
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
	return *level <= min_u64(top, td->sept_top) && !(operand & 0xff8) &&
	       *gpa < td->shared_bit && !(*gpa & (sept_level_size(*level) - 1));
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

void *sept_pointer(struct td *td, paddr_t gpa)
{
	const struct sept_walk walk = sept_walk(td, gpa, SEPT_4K);
	const uint64_t offset_mask = sept_level_size(walk.level) - 1;

	if (gpa >= td->shared_bit ||
	    sept_state(*walk.entry) != SEPT_MAPPED)
		return NULL;
	return memory_at(sept_page(*walk.entry) + (gpa & offset_mask));
}
