/* SPDX-License-Identifier: MIT */
/*
 * The parts of the #VE handler. Each handler does what the instruction would
 * have done and ends it by ve_end(), or returns without where the instruction
 * had a fault that was dealt with. What it cannot do it reports by ve_fatal().
 *
 * A #VE has at most 256 bytes of stack, of which struct ve takes 208: handlers
 * keep what they know there and not in frames of their own.
 */
#ifndef ARCH_X86_TDX_VE_H
#define ARCH_X86_TDX_VE_H

#include <errno.h>

#include "arch/x86/frame.h"
#include "arch/x86/image.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/trap.h"
#include "lib/insn.h"

#define RFLAGS_TF BIT(8)
#define RFLAGS_DF BIT(10)
#define RFLAGS_RF BIT(16)
_Static_assert(RFLAGS_TF == RFLAGS_TF_BIT, "tdcall.h");
_Static_assert(RFLAGS_RF == RFLAGS_RF_BIT, "tdcall.h");

/* What stays of struct insn once words have taken its place. */
struct ve_vector {
	uint8_t number;
	uint8_t length;
	uint8_t pieces;		/* of 8 bytes each */
	uint8_t done;		/* pieces */
	bool is_vex;
};
ASSERT_SIZE(struct ve_vector, 5);

/* Of a string instruction, once its address has been checked. */
struct ve_string {
	uint32_t left;		/* elements, until interrupts get their turn */
	uint32_t devices;	/* TDX_COUNT_VE_MMIO before the last access */
};
ASSERT_SIZE(struct ve_string, 8);

/*
 * A #VE: ve_entry makes it, on the stack. The module has said more of it than
 * a frame has fields; the two that this exception has no use for, vector and
 * error_code, have it until somebody else is shown the frame.
 */
struct ve {
	union {
		struct insn insn;	/* where it must be decoded */
		uint64_t words[4];	/* then: of an XMM or YMM register */
	};
	union {
		struct trap_frame frame;
		struct {
			uint64_t registers[15];
			union {
				uint64_t length;	/* of an instruction */
				uint64_t gla;		/* of a violation */
				struct ve_vector vector;
				struct ve_string string;
			};
			union {
				uint64_t qualification;
				uint64_t gpa;		/* of a violation */
			};
		};
	};
};
ASSERT_FIELD(struct ve, frame, VE_FRAME, FRAME_SIZE);
ASSERT_FIELD(struct ve, length, VE_FRAME + FRAME_VECTOR, 8);
ASSERT_FIELD(struct ve, gla, VE_FRAME + FRAME_VECTOR, 8);
ASSERT_FIELD(struct ve, qualification, VE_FRAME + FRAME_ERROR_CODE, 8);
ASSERT_FIELD(struct ve, gpa, VE_FRAME + FRAME_ERROR_CODE, 8);
ASSERT_SIZE(struct ve, 208);

/* Any reason (the basic one) but an EPT violation; and that. */
void ve_dispatch(struct ve *ve, unsigned int reason);
void ve_mmio(struct ve *ve);
/* Somebody raised vector 20 who was not the module. */
noreturn void ve_without_info(struct ve *ve, uint64_t status);

void ve_string_io(struct ve *ve);
/* MOVS and STOS, decoded. */
void ve_string_mmio(struct ve *ve);

/*
 * The other memory operand of a string instruction, by one MOV of size (1, 2,
 * 4 or 8) bytes: a #VE of its own where that is a device, too. Not done: it
 * had a fault.
 */
struct ve_memory {
	bool is_done;
	uint64_t value;
};
struct ve_memory ve_memory_read(uint64_t address, unsigned int size);
bool must_check ve_memory_write(uint64_t address, unsigned int size,
				uint64_t value);

/*
 * What the CPU makes of INSN_ADD to INSN_BTC (not of INSN_VECTOR), op counted
 * from the first, with operands of size bytes; above them the result means
 * nothing. ADD to TEST: both operands; INC to NOT: to; BT to BTC: to and,
 * modulo its bits, the number in from. flags is an RFLAGS; what op does not
 * change is kept.
 */
struct ve_result {
	uint64_t value;
	uint64_t flags;
};
struct ve_result ve_compute(unsigned int op, unsigned int size, uint64_t to,
			    uint64_t from, uint64_t flags);
_Static_assert(INSN_NOT - INSN_ADD == VE_COMPUTE_NOT, "tdcall.h");

/* Of XMM register number, 0 to 15, the lower half; the upper one is cleared. */
uint64_t ve_scalar_get(unsigned int number);
/* Without and with clearing what is above 16 bytes. */
void ve_scalar_set(unsigned int number, uint64_t value);
void ve_scalar_set_vex(unsigned int number, uint64_t value);
/* XMM or YMM register number, 0 to 15; words has 16 or 32 bytes. */
void ve_vector_get16(unsigned int number, uint64_t *words);
void ve_vector_get32(unsigned int number, uint64_t *words);
/* Without and with clearing what is above 16 bytes. */
void ve_vector_set16(unsigned int number, const uint64_t *words);
void ve_vector_set32(unsigned int number, const uint64_t *words);

/* No instruction that insn_decode() knows, or -EFAULT: not the kernel's. */
noreturn void ve_bad_text(struct ve *ve, int err);
/* The first bytes of the instruction, to be read from left to right. */
uint64_t ve_bytes(const struct ve *ve);
/* The linear address of insn's memory operand, whatever it has. */
uint64_t ve_unusual_address(const struct ve *ve);
/* #DB, as the CPU raises it after each instruction while TF is set. */
void ve_single_step(struct ve *ve);

/* #GP(0) at the instruction: its fixup, or the end with this text. */
void ve_general_protection(struct ve *ve, const char *what, uint64_t value);

/* Ends the TD with "what value", value in hexadecimal. */
noreturn void ve_fatal(struct ve *ve, const char *what, uint64_t value);

/* The #UD handler: names a TDVMCALL that the module refused. */
void ve_undefined_opcode(struct trap_frame *frame);

/*
 * Where struct trap_frame has the registers, in the encoding's order; what
 * INSN_NO_REGISTER has means nothing.
 */
extern in_image const uint8_t ve_frame_slots[INSN_NO_REGISTER + 1];

/* Decodes the kernel's instruction at frame.rip; any other is fatal. */
static inline void ve_decode(struct ve *ve)
{
	const uint64_t rip = ve->frame.rip;
	const uint64_t start = (uintptr_t)__text_start;
	const uint64_t end = (uintptr_t)__text_end;
	int err = -EFAULT;

	if (likely(rip >= start && rip < end))
		err = insn_decode(&ve->insn, (const uint8_t *)rip,
				  (const uint8_t *)end);
	if (unlikely(err))
		ve_bad_text(ve, err);
}

/* A general register, or RIP. */
static inline uint64_t *ve_register(const struct ve *ve, unsigned int number)
{
	return (uint64_t *)(uintptr_t)&ve->frame + ve_frame_slots[number];
}

static inline uint64_t ve_address(const struct ve *ve)
{
	if (unlikely(insn_has(&ve->insn, INSN_UNUSUAL_ADDRESS)))
		return ve_unusual_address(ve);
	return *ve_register(ve, ve->insn.base) +
	       (uint64_t)ve->insn.displacement;
}

/* The register or constant; above its size is whatever there is. */
static inline uint64_t ve_operand(const struct ve *ve)
{
	const struct insn *insn = &ve->insn;

	if (insn->has_immediate)
		return insn->immediate;
	if (unlikely(insn->is_high_byte))
		return *ve_register(ve, insn->reg & 3) >> 8;
	return *ve_register(ve, insn->reg);
}

/*
 * Stores a value of the register's size as the CPU does: 4 bytes clear the
 * upper half, 1 and 2 leave the rest of the register alone.
 */
static inline void ve_set_operand(struct ve *ve, uint64_t value)
{
	const struct insn *insn = &ve->insn;
	uint64_t *reg = ve_register(ve, insn->reg);

	if (likely(insn->operand_size >= 4))
		*reg = value;
	else if (insn->operand_size == 2)
		*(uint16_t *)reg = (uint16_t)value;
	else if (!insn->is_high_byte)
		*(uint8_t *)reg = (uint8_t)value;
	else
		((uint8_t *)ve_register(ve, insn->reg & 3))[1] =
			(uint8_t)value;
}

/*
 * The access at linear must be where the module says, the kernel's, within
 * one page, and to the upper half. Returns only then.
 */
void ve_check_closely(struct ve *ve, uint64_t linear);

static inline void ve_check_address(struct ve *ve, uint64_t linear)
{
	/* So far from the end of the page no access goes over it. */
	if (unlikely(linear != ve->gla || !(linear >> 63) ||
		     (linear ^ ve->gpa) & PAGE_MASK ||
		     (linear & PAGE_MASK) > PAGE_SIZE - 32))
		ve_check_closely(ve, linear);
}

/* Is linear what the module reported? */
static inline bool ve_is_at(const struct ve *ve, uint64_t linear)
{
	return linear == ve->gla ||
	       (unlikely(ve->gla == VE_NO_GLA) &&
		!((linear ^ ve->gpa) & PAGE_MASK));
}

/* After a refusal: true, if the instruction did not ask to be told. */
bool ve_overlook(struct ve *ve);

/*
 * The device register at gpa that insn means. What the host refuses reads as
 * ones and swallows writes, as on a bus; but an instruction with an entry in
 * the exception table asked to be told: then frame is at its fixup and the
 * result is false.
 */
static inline bool must_check ve_device_read(struct ve *ve, uint64_t *value)
{
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	got = tdvmcall_mmio_read(ve->gpa, ve->insn.memory_size);
	if (unlikely(got.status)) {
		if (!ve_overlook(ve))
			return false;
		got.value = tdx_size_masks[ve->insn.memory_size];
	}
	*value = got.value;
	return true;
}

static inline bool must_check ve_device_write(struct ve *ve, uint64_t value)
{
	const unsigned int size = ve->insn.memory_size;
	uint64_t status;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	status = tdvmcall_mmio_write(ve->gpa, size,
				     tdx_low_bytes(value, size));
	return likely(!status) || ve_overlook(ve);
}

/* The instruction is done. The module sets RF in all frames. */
static inline void ve_end(struct ve *ve, unsigned int length)
{
	const uint64_t flags = ve->frame.rflags & ~RFLAGS_RF;

	ve->frame.rip += length;
	ve->frame.rflags = flags;
	if (unlikely(flags & RFLAGS_TF))
		ve_single_step(ve);
}

#endif
