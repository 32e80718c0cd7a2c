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

/* Where struct trap_frame has register n, in units of 8 bytes. */
static const uint8_t frame_slots[16] = {
	14, 12, 11, 13, FRAME_RSP / 8, 8, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0,
};
ASSERT_FIELD(struct trap_frame, rax, 14 * 8, 8);
ASSERT_FIELD(struct trap_frame, rbx, 13 * 8, 8);
ASSERT_FIELD(struct trap_frame, rcx, 12 * 8, 8);
ASSERT_FIELD(struct trap_frame, rdx, 11 * 8, 8);
ASSERT_FIELD(struct trap_frame, rsi, 10 * 8, 8);
ASSERT_FIELD(struct trap_frame, rdi, 9 * 8, 8);
ASSERT_FIELD(struct trap_frame, rbp, 8 * 8, 8);
ASSERT_FIELD(struct trap_frame, r8, 7 * 8, 8);
ASSERT_FIELD(struct trap_frame, r15, 0, 8);

uint64_t *ve_register(struct trap_frame *frame, unsigned int number)
{
	if (number >= ARRAY_SIZE(frame_slots))
		return NULL;
	return (uint64_t *)frame + frame_slots[number];
}

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
	switch (insn->segment) {
	case INSN_SEGMENT_FS:
		return cpu_rdmsr(MSR_FS_BASE);
	case INSN_SEGMENT_GS:
		return cpu_rdmsr(MSR_GS_BASE);
	default:
		return 0;
	}
}

uint64_t ve_address(struct trap_frame *frame, const struct insn *insn)
{
	const uint64_t *reg = ve_register(frame, insn->base);
	uint64_t base = reg ? *reg : 0;

	if (insn->base == INSN_RIP)
		base = frame->rip + insn->length;
	reg = ve_register(frame, insn->index);
	return insn_address(insn, base, reg ? *reg : 0, segment_base(insn));
}
