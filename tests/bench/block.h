/* SPDX-License-Identifier: MIT */
/*
 * A block of instructions that QEMU's TCG has translated: what a plugin needs
 * to know of it to follow a guest from block to block.
 */
#ifndef TESTS_BENCH_BLOCK_H
#define TESTS_BENCH_BLOCK_H

#include <stdbool.h>

#include "tests/bench/qemu_plugin.h"

/* What an instruction does, as far as anybody would want to know. */
enum what {
	WHAT_OTHER, WHAT_CPUID, WHAT_RDMSR, WHAT_WRMSR, WHAT_IN, WHAT_OUT,
	WHAT_OUTS, WHAT_HLT, WHAT_LOAD, WHAT_STORE, WHATS,
};

/* Where a block leads. A conditional jump is a jump: it may fall through. */
enum ending {
	ENDS_OTHERWISE,	/* to what follows it */
	ENDS_IN_TDCALL,	/* likewise */
	ENDS_IN_JMP,	/* to target, or anywhere if that is 0 */
	ENDS_IN_CALL,	/* likewise */
	ENDS_IN_RET,
	ENDS_IN_IRETQ,
	ENDS_ELSEWHERE,	/* SYSRET and what else changes privilege */
};

struct insn {
	uint64_t end;
	uint8_t what;
};

/* QEMU may translate the same text again: blocks are never freed. */
struct block {
	uint64_t start, end;
	uint64_t last;		/* its last instruction */
	uint64_t target;
	uint32_t count;
	enum ending ending;
	bool is_emulators;
	bool is_left;	/* within: a TD cannot execute all of it */
	/*
	 * QEMU gives up an instruction that goes over the end of a page unless
	 * it is a block's first, and begins the next block with it; 7.2 lists
	 * it as a part of both.
	 */
	bool may_lack_last;
	struct insn insns[];
};

/* NULL: no memory. */
struct block *block_new(const struct qemu_plugin_tb *tb);
/* Whether block may be what runs after last if nothing is injected. */
bool block_leads_to(const struct block *last, uint64_t start);
static inline bool block_holds(const struct block *block, uint64_t address)
{
	return address >= block->start && address <= block->end;
}

const char *what_name(enum what what);

#endif
