/* SPDX-License-Identifier: MIT */
/*
 * A plugin for QEMU's TCG that measures how a guest of the emulator handles
 * what is injected into it: from the first instruction of the handler to its
 * IRETQ, the emulator's instructions left out. Works for any guest whose text
 * does not lie where the emulator's is, so for a Linux with nokaslr.
 *
 *	-plugin FILE,out=PATH
 *
 * The emulator has run and the guest goes on elsewhere than where it was left:
 * that was an injection. The instruction that caused it is the one before the
 * address to which IRETQ returns; if there is none in the block that ran last,
 * it was an interrupt and is dropped, and so is a handler during which
 * something else was injected. Writes to PATH at the end, divided by tabs: the
 * handler's address, what the instruction was, "kernel" or "user" for where it
 * lies, how often the handler left the guest (a TDCALL each, in a TD), how
 * often all this was, and the least, the median and the most instructions.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/qemu_plugin.h"

/* A kernel that lies up there has its programs below. */
#define UPPER UINT64_C(0xFFFF800000000000)
#define KINDS 256
#define SAMPLES 20000

int qemu_plugin_version = QEMU_PLUGIN_API;

/* What an instruction does, as far as anybody would want to know. */
enum what {
	WHAT_OTHER, WHAT_CPUID, WHAT_RDMSR, WHAT_WRMSR, WHAT_IN, WHAT_OUT,
	WHAT_HLT, WHAT_LOAD, WHAT_STORE, WHATS,
};

static const char *const names[WHATS] = {
	"other", "cpuid", "rdmsr", "wrmsr", "in", "out", "hlt", "load",
	"store",
};

struct insn {
	uint64_t end;
	uint8_t what;
};

/* A translated block; QEMU may translate the same text again: never freed. */
struct block {
	uint64_t start, end;
	uint32_t count;
	bool is_emulators, ends_in_iretq;
	struct insn insns[];
};

struct kind {
	uint64_t entry;
	enum what what;
	bool is_users;
	uint32_t exits;
	uint64_t times;
	uint32_t samples[SAMPLES];
};

static struct kind kinds[KINDS];
static unsigned int num_kinds;
static const char *out;

/* One vCPU. */
static struct {
	const struct block *last;	/* of the guest's */
	bool was_emulator;
	/* Of the handler that runs: */
	const struct block *cause;	/* NULL: none runs */
	uint64_t entry;
	uint32_t count;
	uint32_t exits;
	bool is_disturbed;
	bool is_returning;
} run;

static enum what what_is(const uint8_t *code, size_t size)
{
	size_t i = 0;

	while (i < size && (code[i] == 0x66 || code[i] == 0xF2 ||
			    code[i] == 0xF3 || (code[i] & 0xF0) == 0x40))
		i++;
	if (i + 1 < size && code[i] == 0x0F) {
		switch (code[i + 1]) {
		case 0xA2:
			return WHAT_CPUID;
		case 0x32:
			return WHAT_RDMSR;
		case 0x30:
			return WHAT_WRMSR;
		case 0xB6: case 0xB7: case 0xBE: case 0xBF:
			return WHAT_LOAD;
		}
		return WHAT_OTHER;
	}
	switch (i < size ? code[i] : 0x90) {
	case 0xE4: case 0xE5: case 0xEC: case 0xED:
		return WHAT_IN;
	case 0xE6: case 0xE7: case 0xEE: case 0xEF:
		return WHAT_OUT;
	case 0xF4:
		return WHAT_HLT;
	case 0x8A: case 0x8B: case 0xA0: case 0xA1:
		return WHAT_LOAD;
	case 0x88: case 0x89: case 0xA2: case 0xA3: case 0xC6: case 0xC7:
		return WHAT_STORE;
	}
	return WHAT_OTHER;
}

static struct kind *kind_of(enum what what, bool is_users)
{
	for (unsigned int i = 0; i < num_kinds; i++)
		if (kinds[i].entry == run.entry && kinds[i].what == what &&
		    kinds[i].is_users == is_users &&
		    kinds[i].exits == run.exits)
			return &kinds[i];
	if (num_kinds == KINDS)
		return NULL;
	kinds[num_kinds].entry = run.entry;
	kinds[num_kinds].what = what;
	kinds[num_kinds].is_users = is_users;
	kinds[num_kinds].exits = run.exits;
	return &kinds[num_kinds++];
}

/* The handler has returned to this address. */
static void finish(uint64_t address)
{
	const struct block *const cause = run.cause;

	run.cause = NULL;
	for (uint32_t i = 0; i < cause->count && !run.is_disturbed; i++) {
		struct kind *kind;

		if (cause->insns[i].end != address)
			continue;
		kind = kind_of(cause->insns[i].what,
			       run.entry >= UPPER && address < UPPER);
		if (kind && kind->times++ < SAMPLES)
			kind->samples[kind->times - 1] = run.count;
	}
}

static void start(const struct block *block)
{
	run.is_disturbed = run.cause;
	run.cause = run.last;
	run.entry = block->start;
	run.count = 0;
	run.exits = 0;
	run.is_returning = false;
}

static void on_block(unsigned int vcpu, void *data)
{
	const struct block *const block = data;

	(void)vcpu;
	if (block->is_emulators) {
		run.was_emulator = true;
		return;
	}
	if (run.cause && run.is_returning) {
		run.is_returning = false;
		finish(block->start);
	}
	if (run.was_emulator && run.last &&
	    (block->start < run.last->start || block->start > run.last->end))
		start(block);
	else if (run.was_emulator)
		run.exits++;
	run.was_emulator = false;
	run.count += block->count;
	run.is_returning = block->ends_in_iretq;
	run.last = block;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t count = qemu_plugin_tb_n_insns(tb);
	struct block *const block =
		malloc(sizeof(*block) + count * sizeof(block->insns[0]));
	const uint8_t *code = NULL;

	(void)id;
	if (!block)
		return;
	block->start = block->end = qemu_plugin_tb_vaddr(tb);
	block->count = (uint32_t)count;
	block->is_emulators = block->start - EMULATOR < EMULATOR_SIZE;
	block->ends_in_iretq = false;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const size_t size = qemu_plugin_insn_size(insn);

		code = qemu_plugin_insn_data(insn);
		block->end += size;
		block->insns[i].end = block->end;
		block->insns[i].what = (uint8_t)what_is(code, size);
		block->ends_in_iretq =
			size == 2 && code[0] == 0x48 && code[1] == 0xCF;
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a;
	const uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
	FILE *const file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		return;
	for (unsigned int i = 0; i < num_kinds; i++) {
		struct kind *const kind = &kinds[i];
		const size_t n = kind->times < SAMPLES ? kind->times : SAMPLES;

		qsort(kind->samples, n, sizeof(kind->samples[0]), compare);
		fprintf(file, "%#" PRIx64 "\t%s\t%s\t%" PRIu32 "\t%" PRIu64,
			kind->entry, names[kind->what],
			kind->is_users ? "user" : "kernel", kind->exits,
			kind->times);
		fprintf(file, "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\n",
			kind->samples[0], kind->samples[n / 2],
			kind->samples[n - 1]);
	}
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
