/* SPDX-License-Identifier: MIT */
/*
 * The parts of the #VE handler. Each handler does what the instruction would
 * have done and returns the number of bytes to skip: 0 when a repeated one has
 * to go on, VE_FAULTED when it had a fault that was dealt with. What it cannot
 * do it reports by ve_fatal().
 */
#ifndef ARCH_X86_TDX_VE_H
#define ARCH_X86_TDX_VE_H

#include "arch/x86/frame.h"
#include "arch/x86/tdx/call.h"
#include "lib/insn.h"

#define RFLAGS_TF BIT(8)
#define RFLAGS_DF BIT(10)
#define RFLAGS_RF BIT(16)
_Static_assert(RFLAGS_TF == RFLAGS_TF_BIT, "tdcall.h");
_Static_assert(RFLAGS_RF == RFLAGS_RF_BIT, "tdcall.h");

#define VE_FAULTED (-1)

/* Reads no VE info itself: *ve is what the module said of this #VE. */
void ve_dispatch(struct trap_frame *frame, const struct tdg_veinfo *ve);
/* Somebody raised vector 20 who was not the module. */
noreturn void ve_without_info(const struct trap_frame *frame, uint64_t status);

int ve_string_io(struct trap_frame *frame, const struct tdg_veinfo *ve);
int ve_mmio(struct trap_frame *frame, const struct tdg_veinfo *ve);

/* Decodes the kernel's instruction at frame->rip; any other is fatal. */
void ve_decode(const struct trap_frame *frame, struct insn *insn);
/* Where struct trap_frame has the registers, in the encoding's order. */
extern const uint8_t ve_frame_slots[16];

/* A general register, or NULL for RIP and none. */
static inline uint64_t *ve_register(struct trap_frame *frame,
				    unsigned int number)
{
	if (number >= ARRAY_SIZE(ve_frame_slots))
		return NULL;
	return (uint64_t *)frame + ve_frame_slots[number];
}

/* The linear address of insn's memory operand. */
uint64_t ve_address(struct trap_frame *frame, const struct insn *insn);

/* Stores what a read of size bytes gave as the CPU does: 4 bytes clear the
 * upper half, 1 and 2 leave the rest of the register alone. */
static inline void ve_write_register(uint64_t *reg, unsigned int size,
				     uint64_t value)
{
	const uint64_t mask = tdx_size_masks[size];

	*reg = size == 4 ? value & mask : (*reg & ~mask) | (value & mask);
}

/* #GP(0) at the instruction: its fixup, or the end with this text. */
int ve_general_protection(struct trap_frame *frame, const char *what,
			  uint64_t value);

/* Ends the TD with "what value", value in hexadecimal. */
noreturn void ve_fatal(const struct trap_frame *frame, const char *what,
		       uint64_t value);

/* The #UD handler: names a TDVMCALL that the module refused. */
void ve_undefined_opcode(struct trap_frame *frame);

#endif
