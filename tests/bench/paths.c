/* SPDX-License-Identifier: MIT */
/*
 * A plugin for QEMU's TCG that measures how a guest of the emulator handles
 * what is injected into it, and what its functions with TDCALLs in them cost.
 * For a TD of one vCPU whose text does not lie where the emulator's is, so for
 * a Linux with nokaslr.
 *
 *	-plugin FILE,out=PATH
 *
 * The emulator has run and the guest goes on where the block that ran last
 * does not lead to: that was an injection, and this address is known from now
 * on. Instructions are counted from there to the IRETQ. The instruction that
 * caused it is the one before the address to which IRETQ returns; if the block
 * that ran last has none there, it was an interrupt. What is injected while a
 * handler or a function runs does not count as theirs. CALLs and RETs are
 * followed by the addresses to which they lead.
 *
 * tests/bench/results.h says what is written to PATH at the end.
 */
#include <string.h>

#include "tests/bench/block.h"
#include "tests/bench/results.h"

/* A kernel that lies up there has its programs below. */
#define UPPER UINT64_C(0xFFFF800000000000)
#define DEPTH 256
#define LEVELS 16
#define ENTRIES 1024
/* Instructions of a function that only leads to another. */
#define JUMP_ON 3
/* A handler's stack is no larger; RIP to SS are. */
#define STACK_MAX 16384
#define FRAME 40
#define LOCK 0xF0

int qemu_plugin_version = QEMU_PLUGIN_API;

/* A function that has not returned yet. */
struct activation {
	uint64_t function;
	uint64_t return_to;
	uint64_t entered_at;	/* in instructions of the guest */
	uint64_t tdcalls;	/* before it */
	uint64_t own_tdcall;	/* which one of all; not in what it calls */
};

/* A handler that runs. */
struct level {
	const struct block *cause;
	uint64_t entry;
	/* When it began. */
	uint64_t instructions;
	uint64_t tdcalls;
	unsigned int depth;
	uint64_t lowest;	/* of the stack, that it has written to */
	uint64_t frame;
	uint32_t leaves[LEAVES];
	/* It has returned, it is not known yet where to. */
	bool is_over;
	uint64_t cost, calls;
};

static struct {
	const struct block *last;	/* of the guest's */
	bool was_emulator;
	uint64_t instructions;
	uint64_t tdcalls;
	struct activation stack[DEPTH];
	unsigned int depth;
	struct level levels[LEVELS];
	unsigned int num_levels;
	/* Where something was injected. */
	uint64_t entries[ENTRIES];
} run;

static struct level *level(void)
{
	return run.num_levels ? &run.levels[run.num_levels - 1] : NULL;
}

/* The place of address, or one for it. */
static uint64_t *entry_of(uint64_t address)
{
	uint64_t *entry = &run.entries[address / 16 % ENTRIES];

	for (unsigned int i = 1; i < ENTRIES && *entry && *entry != address;
	     i++)
		entry = &run.entries[(address / 16 + i) % ENTRIES];
	return entry;
}

static bool is_injected(const struct block *block)
{
	if (*entry_of(block->start) == block->start)
		return run.last->target != block->start;
	if (!run.was_emulator || block_leads_to(run.last, block->start))
		return false;
	*entry_of(block->start) = block->start;
	return true;
}

static void end_level(struct level *over)
{
	over->is_over = true;
	over->cost = run.instructions - over->instructions;
	over->calls = run.tdcalls - over->tdcalls;
	/* All is as it was when the handler began. */
	run.instructions = over->instructions;
	run.tdcalls = over->tdcalls;
	run.depth = over->depth;
	run.last = over->cause;
	/* For what of that block has not been executed. */
	run.was_emulator = true;
}

static void enter_level(const struct block *block)
{
	/* An interrupt, where what is interrupted would have gone on. */
	if (run.last->ending == ENDS_IN_IRETQ && level())
		end_level(level());
	if (run.num_levels == LEVELS)
		run.num_levels = 0;
	run.levels[run.num_levels++] = (struct level){
		.cause = run.last,
		.entry = block->start,
		.instructions = run.instructions,
		.tdcalls = run.tdcalls,
		.depth = run.depth,
	};
}

/* Whether what was interrupted may go on there. */
static bool may_return(const struct level *level, uint64_t address)
{
	if (block_holds(level->cause, address))
		return true;
	if (level->cause->ending != ENDS_IN_RET)
		return level->cause->target == address;
	for (unsigned int i = 0; i < level->depth; i++)
		if (run.stack[i].return_to == address)
			return true;
	return false;
}

static void record(const struct level *over, uint64_t address)
{
	const struct block *const cause = over->cause;
	const bool is_users = over->entry >= UPPER && address < UPPER;
	/* A program's stack is not its kernel's. */
	const uint64_t stack =
		is_users ? 0 : over->frame + FRAME - over->lowest;

	for (uint32_t i = 0; i < cause->count; i++)
		if (cause->insns[i].end == address)
			results_add_handler(&(struct handler){
				.entry = over->entry,
				.what = cause->insns[i].what,
				.is_users = is_users,
				.tdcalls = over->calls,
				.instructions = (uint32_t)over->cost,
				.stack = (uint32_t)stack,
				.leaves = over->leaves,
			});
}

/* After IRETQ. A level that is found below others has been left by them. */
static void leave_level(uint64_t address)
{
	unsigned int i = run.num_levels;

	while (i > 0 && !may_return(&run.levels[i - 1], address))
		i--;
	if (!i)
		return;
	end_level(&run.levels[i - 1]);
	if (i == run.num_levels)
		record(&run.levels[i - 1], address);
	for (i--; i > 0 && run.levels[i - 1].is_over; i--)
		record(&run.levels[i - 1], address);
	run.num_levels = i;
}

/* Whether the block that ran last, which is counted whole, was left at this
 * address, before its end. Takes back what has not been executed. */
static bool was_left(uint64_t address)
{
	const struct block *const last = run.last;

	if (!run.was_emulator &&
	    !(last->may_lack_last && address == last->last))
		return false;
	if (address < last->start || address >= last->end)
		return false;
	for (uint32_t i = 0; i < last->count; i++)
		run.instructions -= last->insns[i].end > address;
	return true;
}

static void note_return(const struct activation *activation)
{
	const uint64_t tdcalls = run.tdcalls - activation->tdcalls;
	const uint32_t cost =
		(uint32_t)(run.instructions - activation->entered_at);

	if (!tdcalls)
		return;
	results_add_function(activation->function, tdcalls, cost);
	if (level() && tdcalls == 1 && activation->own_tdcall) {
		const uint64_t leaf =
			activation->own_tdcall - level()->tdcalls - 1;

		if (leaf < LEAVES)
			level()->leaves[leaf] = cost;
	}
}

/* A function that is nothing but a jump to another is that other one: an entry
 * of a table, or a NOP for tracing and a tail call. */
static bool is_jump_on(void)
{
	return run.depth && run.last->count <= JUMP_ON &&
	       run.last->ending == ENDS_IN_JMP &&
	       run.stack[run.depth - 1].function == run.last->start;
}

static void follow_call(uint64_t function)
{
	if (run.depth == DEPTH)
		run.depth = 0;
	run.stack[run.depth++] = (struct activation){
		.function = function,
		.return_to = run.last->end,
		.entered_at = run.instructions,
		.tdcalls = run.tdcalls,
	};
}

/* Functions above the one that returns have been left by a jump. */
static void follow_return(uint64_t address)
{
	for (unsigned int i = run.depth; i-- > 0;)
		if (run.stack[i].return_to == address) {
			note_return(&run.stack[i]);
			run.depth = i;
			return;
		}
}

static void follow(uint64_t address)
{
	if (is_jump_on()) {
		run.stack[run.depth - 1].function = address;
		run.stack[run.depth - 1].entered_at = run.instructions;
	}
	if (run.last->ending == ENDS_IN_CALL && address != run.last->end)
		follow_call(address);
	else if (run.last->ending == ENDS_IN_RET)
		follow_return(address);
}

/* Of the function that runs, or of a handler itself. */
static void note_tdcall(void)
{
	const unsigned int outside = level() ? level()->depth : 0;

	run.tdcalls++;
	if (run.depth > outside)
		run.stack[run.depth - 1].own_tdcall = run.tdcalls;
}

static void on_block(unsigned int vcpu, void *data)
{
	const struct block *const block = data;

	(void)vcpu;
	if (block->is_emulators) {
		run.was_emulator = true;
		return;
	}
	if (run.last && run.last->ending == ENDS_IN_IRETQ &&
	    *entry_of(block->start) != block->start)
		leave_level(block->start);
	if (run.last && is_injected(block)) {
		enter_level(block);
	} else if (run.last && !was_left(block->start)) {
		follow(block->start);
	}
	run.was_emulator = false;
	run.instructions += block->count;
	if (block->ending == ENDS_IN_TDCALL)
		note_tdcall();
	run.last = block;
}

/* The first thing that a handler writes to is the word below its frame or not
 * far below that; nothing else that it writes to is as near. */
static void on_store(unsigned int vcpu, uint32_t info, uint64_t address,
		     void *data)
{
	struct level *const now = level();

	(void)vcpu;
	(void)info;
	(void)data;
	if (now && (!now->lowest || (address < now->lowest &&
				     now->lowest - address < STACK_MAX)))
		now->lowest = address;
}

/* The first thing that IRETQ reads is RIP, the lowest word of the frame. */
static void on_frame(unsigned int vcpu, uint32_t info, uint64_t address,
		     void *data)
{
	struct level *const now = level();

	(void)vcpu;
	(void)info;
	(void)data;
	if (now && !now->frame)
		now->frame = address;
}

static void watch_memory(struct qemu_plugin_tb *tb, const struct block *block)
{
	for (uint32_t i = 0; i < block->count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *const code = qemu_plugin_insn_data(insn);

		if (i == block->count - 1 && block->ending == ENDS_IN_IRETQ)
			qemu_plugin_register_vcpu_mem_cb(insn, on_frame,
				QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_R,
				NULL);
		/* QEMU 7.2 breaks LOCK CMPXCHG16B if it is watched. */
		else if (code[0] != LOCK)
			qemu_plugin_register_vcpu_mem_cb(insn, on_store,
				QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W,
				NULL);
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *const block = block_new(tb);

	(void)id;
	if (!block)
		return;
	if (!block->is_emulators)
		watch_memory(tb, block);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) ||
	    !results_begin(argv[0] + 4))
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, results_write, NULL);
	return 0;
}
