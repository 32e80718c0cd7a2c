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
			 *(const uint64_t *)frame->rip);
	if (err)
		ve_fatal(frame, "#VE: no instruction at", frame->rip);
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
