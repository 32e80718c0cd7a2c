/* SPDX-License-Identifier: MIT */
/*
 * The operands of an instruction that raised #VE and must be decoded: string
 * I/O and MMIO. Only instructions of the kernel's own text are looked at:
 * that is private memory, which nobody can change while it is read.
 */
#include "arch/x86/tdx/ve.h"

#include <errno.h>

#include "arch/x86/cpu.h"
#include "arch/x86/image.h"

const uint8_t ve_frame_slots[16] = {
	FRAME_RAX / 8, FRAME_RCX / 8, FRAME_RDX / 8, FRAME_RBX / 8,
	FRAME_RSP / 8, FRAME_RBP / 8, FRAME_RSI / 8, FRAME_RDI / 8,
	FRAME_R8 / 8,  FRAME_R9 / 8,  FRAME_R10 / 8, FRAME_R11 / 8,
	FRAME_R12 / 8, FRAME_R13 / 8, FRAME_R14 / 8, FRAME_R15 / 8,
};

void ve_decode(const struct trap_frame *frame, struct insn *insn)
{
	const uint64_t start = (uintptr_t)__text_start;
	const uint64_t end = (uintptr_t)__text_end;
	int err;

	if (frame->rip < start || frame->rip >= end)
		ve_fatal(frame, "#VE: code outside of the kernel at",
			 frame->rip);
	err = insn_decode(insn, (const uint8_t *)frame->rip, end - frame->rip);
	if (err == -ENOTSUP)
		ve_fatal(frame, "#VE: instruction not emulated:",
			 ve_bytes(frame));
	if (err)
		ve_fatal(frame, "#VE: no instruction at", frame->rip);
}

uint64_t ve_bytes(const struct trap_frame *frame)
{
	uint64_t bytes;

	/* Constants follow the text: never the end of what is mapped. */
	__builtin_memcpy(&bytes, (const void *)frame->rip, sizeof(bytes));
	return __builtin_bswap64(bytes);
}

static uint64_t segment_base(const struct insn *insn)
{
	if (likely(insn->segment == INSN_SEGMENT_FLAT))
		return 0;
	return cpu_rdmsr(insn->segment == INSN_SEGMENT_FS ? MSR_FS_BASE :
							    MSR_GS_BASE);
}

uint64_t ve_address(struct trap_frame *frame, const struct insn *insn)
{
	const uint64_t *base = ve_register(frame, insn->base);
	const uint64_t *index = ve_register(frame, insn->index);
	uint64_t base_value = base ? *base : 0;

	if (insn->base == INSN_RIP)
		base_value = frame->rip + insn->length;
	return insn_address(insn, base_value, index ? *index : 0,
			    segment_base(insn));
}

uint64_t ve_operand(struct trap_frame *frame, const struct insn *insn)
{
	if (insn->has_immediate)
		return insn->immediate;
	if (insn->is_high_byte)
		return *ve_register(frame, insn->reg & 3) >> 8;
	return *ve_register(frame, insn->reg & 15);
}

void ve_set_operand(struct trap_frame *frame, const struct insn *insn,
		    uint64_t value)
{
	uint64_t *reg;

	if (insn->is_high_byte) {
		reg = ve_register(frame, insn->reg & 3);
		ve_write_register(reg, 2, value << 8 | (uint8_t)*reg);
		return;
	}
	reg = ve_register(frame, insn->reg & 15);
	ve_write_register(reg, insn->operand_size, value);
}

void ve_check_address(const struct trap_frame *frame,
		      const struct tdg_veinfo *ve, uint64_t linear,
		      unsigned int size)
{
	if (!ve_is_at(ve, linear))
		ve_fatal(frame, "MMIO: decoded address is not that of", linear);
	/* Devices are mapped for the kernel alone (arch/x86/paging.h). */
	if (!(linear >> 63))
		ve_fatal(frame, "MMIO: user-space address", linear);
	if ((linear ^ ve->gpa) & PAGE_MASK)
		ve_fatal(frame, "MMIO: decoded offset is not that of",
			 ve->gpa);
	/* The other page may be anybody's. */
	if ((linear & PAGE_MASK) + size > PAGE_SIZE)
		ve_fatal(frame, "MMIO: access crosses a page at", linear);
}
