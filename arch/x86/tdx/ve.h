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
/* MOVS and STOS, decoded. */
int ve_string_mmio(struct trap_frame *frame, const struct tdg_veinfo *ve,
		   const struct insn *insn);
/*
 * What ve_entry has to do for an instruction of a kind that compilers like;
 * returned in RAX and RDX.
 */
struct ve_plain {
	uint8_t length;		/* 0: not of that kind, for ve_mmio() */
	uint8_t memory_size;
	uint8_t operand_size;	/* of the register that is loaded */
	bool is_write;
	uint64_t operand;	/* the value, or where the register is kept */
};
ASSERT_FIELD(struct ve_plain, length, VE_PLAIN_LENGTH, 1);
ASSERT_FIELD(struct ve_plain, memory_size, VE_PLAIN_MEMORY_SIZE, 1);
ASSERT_FIELD(struct ve_plain, operand_size, VE_PLAIN_OPERAND_SIZE, 1);
ASSERT_FIELD(struct ve_plain, is_write, VE_PLAIN_IS_WRITE, 1);
ASSERT_SIZE(struct ve_plain, 16);
/* For a #VE with a linear address and without RFLAGS.TF. */
struct ve_plain ve_mmio_plain(struct trap_frame *frame, paddr_t gpa,
			      uint64_t gla);

/*
 * A device register at gpa, which has the shared bit. What the host refuses
 * reads as ones and swallows writes, as on a bus; but an instruction with an
 * entry in the exception table asked to be told: then frame is at its fixup
 * and the result is false.
 */
bool must_check ve_device_read(struct trap_frame *frame, paddr_t gpa,
			       unsigned int size, uint64_t *value);
bool must_check ve_device_write(struct trap_frame *frame, paddr_t gpa,
				unsigned int size, uint64_t value);

/*
 * The other memory operand of a string instruction, by one MOV of size (1, 2,
 * 4 or 8) bytes: a #VE of its own where that is a device, too. False: it had
 * a fault.
 */
bool must_check ve_memory_read(uint64_t address, unsigned int size,
			       uint64_t *value);
bool must_check ve_memory_write(uint64_t address, unsigned int size,
				uint64_t value);

/* XMM or YMM register number, 0 to 15; words has 16 or 32 bytes. */
void ve_vector_get16(unsigned int number, uint64_t *words);
void ve_vector_get32(unsigned int number, uint64_t *words);
/* Without and with clearing what is above 16 bytes. */
void ve_vector_set16(unsigned int number, const uint64_t *words);
void ve_vector_set32(unsigned int number, const uint64_t *words);

/* Decodes the kernel's instruction at frame->rip; any other is fatal. */
void ve_decode(const struct trap_frame *frame, struct insn *insn);
/* The first bytes of the instruction, to be read from left to right. */
uint64_t ve_bytes(const struct trap_frame *frame);
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

/* insn's register operand; writing as ve_write_register(). */
uint64_t ve_operand(struct trap_frame *frame, const struct insn *insn);
void ve_set_operand(struct trap_frame *frame, const struct insn *insn,
		    uint64_t value);

/* Is linear what the module reported? */
static inline bool ve_is_at(const struct tdg_veinfo *ve, uint64_t linear)
{
	if (ve->qualification & TDX_VE_EPT_GLA_VALID)
		return linear == ve->gla;
	return !((linear ^ ve->gpa) & PAGE_MASK);
}
/* The access must be the kernel's, within one page, to the upper half. */
void ve_check_address(const struct trap_frame *frame,
		      const struct tdg_veinfo *ve, uint64_t linear,
		      unsigned int size);

/* #GP(0) at the instruction: its fixup, or the end with this text. */
int ve_general_protection(struct trap_frame *frame, const char *what,
			  uint64_t value);

/* Ends the TD with "what value", value in hexadecimal. */
noreturn void ve_fatal(const struct trap_frame *frame, const char *what,
		       uint64_t value);

/* The #UD handler: names a TDVMCALL that the module refused. */
void ve_undefined_opcode(struct trap_frame *frame);

#endif
