/* SPDX-License-Identifier: MIT */
/*
 * INS and OUTS with all that they can carry: REP, RFLAGS.DF, 32-bit addresses
 * and segment prefixes. As on the CPU, a long REP is left and entered again
 * in between, so that interrupts get their turn.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/tdx/call.h"

#define CHUNK 256

static bool is_expected(const struct insn *insn, const struct tdg_veinfo *ve)
{
	const uint64_t io = ve->qualification;

	return insn->op == (io & TDX_VE_IO_IN ? INSN_INS : INSN_OUTS) &&
	       insn->operand_size == (io & TDX_VE_IO_SIZE_MASK) + 1 &&
	       insn->length == ve->length;
}

static void move(const struct insn *insn, uint16_t port, void *memory)
{
	const unsigned int size = insn->operand_size;
	uint32_t value = 0;

	if (insn->op == INSN_INS) {
		value = tdx_io_read(port, size);
		__builtin_memcpy(memory, &value, size);
	} else {
		__builtin_memcpy(&value, memory, size);
		tdx_io_write(port, size, value);
	}
}

/* reg += by in the width of an address: 32 bits clear the upper half. */
static void advance(uint64_t *reg, uint64_t by, unsigned int address_size)
{
	ve_write_register(reg, address_size, *reg + by);
}

static uint64_t count_of(const struct trap_frame *frame,
			 const struct insn *insn)
{
	if (insn->repeat == INSN_REPEAT_NONE)
		return 1;
	return insn->address_size == 4 ? (uint32_t)frame->rcx : frame->rcx;
}

int ve_string_io(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	/* One at a time where each has its own #DB. */
	const uint64_t limit = frame->rflags & RFLAGS_TF ? 1 : CHUNK;
	const uint16_t port =
		(uint16_t)(ve->qualification >> TDX_VE_IO_PORT_SHIFT);
	uint64_t count;
	uint64_t step;
	struct insn insn;

	ve_decode(frame, &insn);
	if (!is_expected(&insn, ve))
		ve_fatal(frame, "#VE: string I/O decoded wrong:",
			 ve->qualification);
	count = count_of(frame, &insn);
	step = frame->rflags & RFLAGS_DF ? -(uint64_t)insn.operand_size :
					   insn.operand_size;
	for (uint64_t i = 0; i < min_u64(count, limit); i++) {
		move(&insn, port, (void *)ve_address(frame, &insn));
		advance(ve_register(frame, insn.base), step,
			insn.address_size);
		if (insn.repeat != INSN_REPEAT_NONE)
			advance(&frame->rcx, UINT64_MAX, insn.address_size);
	}
	return count <= limit ? insn.length : 0;
}
