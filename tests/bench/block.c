/* SPDX-License-Identifier: MIT */
#include "tests/bench/block.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_SIZE 4096
#define INSN_MAX 15

static const char *const names[WHATS] = {
	"other", "cpuid", "rdmsr", "wrmsr", "in", "out", "outs", "hlt",
	"load", "store",
};

const char *what_name(enum what what)
{
	return names[what];
}

/* Prefixes that change nothing of interest: legacy ones and REX. */
static size_t prefixes(const uint8_t *code, size_t size)
{
	size_t i = 0;

	while (i + 1 < size &&
	       (code[i] == 0x66 || code[i] == 0xF2 || code[i] == 0xF3 ||
		code[i] == 0x2E || code[i] == 0x3E || (code[i] & 0xF0) == 0x40))
		i++;
	return i;
}

static enum what what_is(const uint8_t *code, size_t size)
{
	if (size > 1 && code[0] == 0x0F) {
		switch (code[1]) {
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
	switch (code[0]) {
	case 0xE4: case 0xE5: case 0xEC: case 0xED:
		return WHAT_IN;
	case 0xE6: case 0xE7: case 0xEE: case 0xEF:
		return WHAT_OUT;
	case 0x6E: case 0x6F:
		return WHAT_OUTS;
	case 0xF4:
		return WHAT_HLT;
	case 0x8A: case 0x8B: case 0xA0: case 0xA1:
		return WHAT_LOAD;
	case 0x88: case 0x89: case 0xA2: case 0xA3: case 0xC6: case 0xC7:
		return WHAT_STORE;
	}
	return WHAT_OTHER;
}

static enum ending ending_of_0f(uint8_t opcode)
{
	switch (opcode) {
	case 0x05: case 0x07: case 0x34: case 0x35:
		return ENDS_ELSEWHERE;
	}
	return (opcode & 0xF0) == 0x80 ? ENDS_IN_JMP : ENDS_OTHERWISE;
}

static enum ending ending_of_ff(uint8_t modrm)
{
	switch (modrm >> 3 & 7) {
	case 2: case 3:
		return ENDS_IN_CALL;
	case 4: case 5:
		return ENDS_IN_JMP;
	}
	return ENDS_OTHERWISE;
}

/* size bytes behind the prefixes. */
static enum ending ending_of(const uint8_t *code, size_t size)
{
	static const uint8_t tdcall[] = { 0x0F, 0x01, 0xCC };

	if (size == sizeof(tdcall) && !memcmp(code, tdcall, size))
		return ENDS_IN_TDCALL;
	if (size > 1 && code[0] == 0x0F)
		return ending_of_0f(code[1]);
	if (size > 1 && code[0] == 0xFF)
		return ending_of_ff(code[1]);
	switch (code[0]) {
	case 0xE8:
		return ENDS_IN_CALL;
	case 0xE0: case 0xE1: case 0xE2: case 0xE3: case 0xE9: case 0xEB:
		return ENDS_IN_JMP;
	case 0xC2: case 0xC3:
		return ENDS_IN_RET;
	case 0xCF:
		return ENDS_IN_IRETQ;
	case 0xCA: case 0xCB: case 0xEA:
		return ENDS_ELSEWHERE;
	}
	return (code[0] & 0xF0) == 0x70 ? ENDS_IN_JMP : ENDS_OTHERWISE;
}

/* Of a CALL or JMP without its prefixes; 0: it is in a register. */
static uint64_t target_of(const uint8_t *code, size_t size, uint64_t end)
{
	int32_t distance;

	if (code[0] == 0xFF)
		return 0;
	if (size == 2)
		return end + (uint64_t)(int64_t)(int8_t)code[1];
	if (size < 5)
		return 0;
	memcpy(&distance, code + size - 4, sizeof(distance));
	return end + (uint64_t)(int64_t)distance;
}

/* Each round of a REP begins the instruction anew. */
static bool is_string(uint8_t opcode)
{
	return (opcode >= 0x6C && opcode <= 0x6F) ||
	       (opcode >= 0xA4 && opcode <= 0xA7) ||
	       (opcode >= 0xAA && opcode <= 0xAF);
}

static void add_insn(struct block *block, const struct qemu_plugin_insn *insn)
{
	const uint8_t *const code = qemu_plugin_insn_data(insn);
	const size_t size = qemu_plugin_insn_size(insn);
	const size_t skip = prefixes(code, size);
	const enum what what = what_is(code + skip, size - skip);

	block->last = qemu_plugin_insn_vaddr(insn);
	block->end = block->last + size;
	block->insns[block->count++] = (struct insn){
		.end = block->end,
		.what = (uint8_t)what,
	};
	block->may_lack_last =
		block->count > 1 && !is_string(code[skip]) &&
		PAGE_SIZE - block->last % PAGE_SIZE < INSN_MAX;
	block->is_left = block->is_left || what == WHAT_CPUID ||
			 what == WHAT_IN || what == WHAT_OUT;
	block->ending = ending_of(code + skip, size - skip);
	if (block->ending == ENDS_IN_JMP || block->ending == ENDS_IN_CALL)
		block->target = target_of(code + skip, size - skip,
					  block->end);
}

struct block *block_new(const struct qemu_plugin_tb *tb)
{
	const size_t count = qemu_plugin_tb_n_insns(tb);
	struct block *const block =
		calloc(1, sizeof(*block) + count * sizeof(block->insns[0]));

	if (!block)
		return NULL;
	block->start = qemu_plugin_tb_vaddr(tb);
	block->is_emulators = block->start - EMULATOR < EMULATOR_SIZE;
	for (size_t i = 0; i < count; i++)
		add_insn(block, qemu_plugin_tb_get_insn(tb, i));
	return block;
}

bool block_leads_to(const struct block *last, uint64_t start)
{
	if (last->is_left)
		return block_holds(last, start);
	switch (last->ending) {
	case ENDS_OTHERWISE: case ENDS_IN_TDCALL:
		return block_holds(last, start);
	case ENDS_IN_JMP: case ENDS_IN_CALL:
		return !last->target || last->target == start ||
		       block_holds(last, start);
	default:
		return true;
	}
}
