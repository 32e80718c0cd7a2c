/* SPDX-License-Identifier: MIT */
/*
 * A plugin for QEMU's TCG that measures what a TDVMCALL costs a guest of the
 * emulator: for each function in whose course there was exactly one TDCALL,
 * its instructions from the first to its RET, the emulator's left out. For a
 * TD of one vCPU whose text does not lie where the emulator's is.
 *
 *	-plugin FILE,out=PATH
 *
 * CALLs and RETs are followed by the addresses to which they lead. What an
 * interrupt does in the course of a function counts as its own, so the least
 * is what the function costs. Writes to PATH at the end, divided by tabs: the
 * function's address, how often, and the least and the median instructions.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/qemu_plugin.h"

#define DEPTH 256
/* Instructions of a function that only leads to another. */
#define JUMP_ON 3
#define FUNCTIONS 4096
#define SAMPLES 2000

int qemu_plugin_version = QEMU_PLUGIN_API;

/* How a block of translated instructions ends. */
enum ending {
	ENDS_OTHERWISE, ENDS_IN_CALL, ENDS_IN_RET, ENDS_IN_JMP, ENDS_IN_TDCALL,
};

/* QEMU may translate the same text again: blocks are never freed. */
struct block {
	uint64_t start;
	uint64_t end;
	uint32_t size;
	enum ending ending;
};

/* A function that has not returned yet. */
struct activation {
	uint64_t function;
	uint64_t return_to;
	uint64_t entered_at;	/* in instructions of the guest */
	uint64_t tdcalls;	/* before it */
};

struct function {
	uint64_t address;
	uint64_t times;
	uint32_t samples[SAMPLES];
};

static struct activation stack[DEPTH];
static unsigned int depth;
static uint64_t instructions;
static uint64_t tdcalls;
static const struct block *last;
static struct function *functions;
static const char *out;

/* Past the prefixes that stand before CALL, RET and TDCALL. */
static enum ending ending_of(const uint8_t *bytes, size_t size)
{
	static const uint8_t tdcall[] = { 0x66, 0x0F, 0x01, 0xCC };

	if (size >= sizeof(tdcall) && !memcmp(bytes, tdcall, sizeof(tdcall)))
		return ENDS_IN_TDCALL;
	while (size > 1 && (bytes[0] == 0xF2 || bytes[0] == 0xF3 ||
			    bytes[0] == 0x2E || bytes[0] == 0x3E ||
			    (bytes[0] & 0xF0) == 0x40)) {
		bytes++;
		size--;
	}
	if (bytes[0] == 0xE8 ||
	    (bytes[0] == 0xFF && size > 1 && (bytes[1] & 0x38) == 0x10))
		return ENDS_IN_CALL;
	if (bytes[0] == 0xE9 || bytes[0] == 0xEB)
		return ENDS_IN_JMP;
	return bytes[0] == 0xC3 || bytes[0] == 0xC2 ? ENDS_IN_RET :
						      ENDS_OTHERWISE;
}

static struct function *function_at(uint64_t address)
{
	for (uint64_t i = 0; i < FUNCTIONS; i++) {
		struct function *const f =
			&functions[(address / 16 + i) % FUNCTIONS];

		if (!f->address)
			f->address = address;
		if (f->address == address)
			return f;
	}
	return NULL;
}

static void note_return(const struct activation *activation)
{
	struct function *f;

	if (tdcalls - activation->tdcalls != 1)
		return;
	f = function_at(activation->function);
	if (f)
		f->samples[f->times++ % SAMPLES] =
			(uint32_t)(instructions - activation->entered_at);
}

/* A function that is nothing but a jump to another is that other one: an entry
 * of a table, or a NOP for tracing and a tail call. */
static bool is_jump_on(void)
{
	return depth && last->size <= JUMP_ON && last->ending == ENDS_IN_JMP &&
	       stack[depth - 1].function == last->start;
}

static void follow(const struct block *block)
{
	if (!last)
		return;
	if (is_jump_on()) {
		stack[depth - 1].function = block->start;
		stack[depth - 1].entered_at = instructions;
	}
	if (last->ending == ENDS_IN_CALL && block->start != last->end) {
		if (depth == DEPTH)
			depth = 0;
		stack[depth++] = (struct activation){
			.function = block->start,
			.return_to = last->end,
			.entered_at = instructions,
			.tdcalls = tdcalls,
		};
	} else if (last->ending == ENDS_IN_RET) {
		/* Those above have been left by a jump. */
		for (unsigned int i = depth; i-- > 0;) {
			if (stack[i].return_to != block->start)
				continue;
			note_return(&stack[i]);
			depth = i;
			break;
		}
	}
}

static void on_execution(unsigned int vcpu, void *data)
{
	const struct block *const block = data;

	(void)vcpu;
	follow(block);
	instructions += block->size;
	if (block->ending == ENDS_IN_TDCALL)
		tdcalls++;
	last = block;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t size = qemu_plugin_tb_n_insns(tb);
	const uint64_t start = qemu_plugin_tb_vaddr(tb);
	const struct qemu_plugin_insn *insn;
	struct block *block;

	(void)id;
	if (start - EMULATOR < EMULATOR_SIZE)
		return;
	block = malloc(sizeof(*block));
	if (!block)
		abort();
	insn = qemu_plugin_tb_get_insn(tb, size - 1);
	*block = (struct block){
		.start = start,
		.end = qemu_plugin_insn_vaddr(insn) +
		       qemu_plugin_insn_size(insn),
		.size = (uint32_t)size,
		.ending = ending_of(qemu_plugin_insn_data(insn),
				    qemu_plugin_insn_size(insn)),
	};
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_execution,
					     QEMU_PLUGIN_CB_NO_REGS, block);
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a;
	const uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void write_functions(qemu_plugin_id_t id, void *data)
{
	FILE *const file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		return;
	for (unsigned int i = 0; i < FUNCTIONS; i++) {
		struct function *const f = &functions[i];
		const uint64_t kept = f->times < SAMPLES ? f->times : SAMPLES;

		if (!kept)
			continue;
		qsort(f->samples, kept, sizeof(f->samples[0]), compare);
		fprintf(file, "%016" PRIx64 "\t%" PRIu64 "\t%u\t%u\n",
			f->address, f->times, f->samples[0],
			f->samples[kept / 2]);
	}
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = argv[0] + 4;
	functions = calloc(FUNCTIONS, sizeof(*functions));
	if (!functions)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, write_functions, NULL);
	return 0;
}
