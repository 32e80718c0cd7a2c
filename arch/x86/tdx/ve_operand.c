/* SPDX-License-Identifier: MIT */
/*
 * The operands of an instruction that raised #VE and must be decoded: string
 * I/O and MMIO. Only instructions of the kernel's own text are looked at:
 * that is private memory, which nobody can change while it is read.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/cpu.h"

const uint8_t ve_frame_slots[INSN_NO_REGISTER + 1] = {
	FRAME_RAX / 8, FRAME_RCX / 8, FRAME_RDX / 8, FRAME_RBX / 8,
	FRAME_RSP / 8, FRAME_RBP / 8, FRAME_RSI / 8, FRAME_RDI / 8,
	FRAME_R8 / 8,  FRAME_R9 / 8,  FRAME_R10 / 8, FRAME_R11 / 8,
	FRAME_R12 / 8, FRAME_R13 / 8, FRAME_R14 / 8, FRAME_R15 / 8,
	[INSN_RIP] = FRAME_RIP / 8,
};

void ve_bad_text(struct ve *ve, int err)
{
	if (err == -EFAULT)
		ve_fatal(ve, "#VE: code outside of the kernel at",
			 ve->frame.rip);
	if (err == -ENOTSUP)
		ve_fatal(ve, "#VE: instruction not emulated:", ve_bytes(ve));
	ve_fatal(ve, "#VE: no instruction at", ve->frame.rip);
}

uint64_t ve_bytes(const struct ve *ve)
{
	uint64_t bytes;

	/* Constants follow the text: never the end of what is mapped. */
	__builtin_memcpy(&bytes, (const void *)ve->frame.rip, sizeof(bytes));
	return __builtin_bswap64(bytes);
}

static uint64_t segment_base(const struct insn *insn)
{
	if (likely(insn->segment == INSN_SEGMENT_FLAT))
		return 0;
	return cpu_rdmsr(insn->segment == INSN_SEGMENT_FS ? MSR_FS_BASE :
							    MSR_GS_BASE);
}

/* RIP, FS and GS, 32 bits, or no register. */
static noinline uint64_t rare_address(const struct ve *ve)
{
	const struct insn *insn = &ve->insn;
	uint64_t base = 0;
	uint64_t index = 0;

	if (insn->base < INSN_RIP)
		base = *ve_register(ve, insn->base);
	else if (insn->base == INSN_RIP)
		base = ve->frame.rip + insn->length;
	if (insn_has(insn, INSN_HAS_INDEX))
		index = *ve_register(ve, insn->index);
	return insn_address(insn, base, index, segment_base(insn));
}

uint64_t ve_unusual_address(const struct ve *ve)
{
	const struct insn *insn = &ve->insn;

	if (insn_has(insn, INSN_UNUSUAL_ADDRESS & ~INSN_HAS_INDEX))
		return rare_address(ve);
	return *ve_register(ve, insn->base) +
	       (*ve_register(ve, insn->index) << insn->scale) +
	       (uint64_t)insn->displacement;
}

void ve_check_closely(struct ve *ve, uint64_t linear)
{
	if (!ve_is_at(ve, linear))
		ve_fatal(ve, "MMIO: decoded address is not that of", linear);
	/* Devices are mapped for the kernel alone (arch/x86/paging.h). */
	if (!(linear >> 63))
		ve_fatal(ve, "MMIO: user-space address", linear);
	if ((linear ^ ve->gpa) & PAGE_MASK)
		ve_fatal(ve, "MMIO: decoded offset is not that of", ve->gpa);
	/* The other page may be anybody's. */
	if ((linear & PAGE_MASK) + ve->insn.memory_size > PAGE_SIZE)
		ve_fatal(ve, "MMIO: access crosses a page at", linear);
}

bool ve_overlook(struct ve *ve)
{
	return !trap_fixup(&ve->frame);
}
