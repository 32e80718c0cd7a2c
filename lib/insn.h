/* SPDX-License-Identifier: MIT */
/*
 * A decoder for the x86-64 instructions that move data between memory or a
 * port and a register, or compute with it: what a kernel's code does with
 * device registers. Pure: no memory but its arguments, no recursion, at most
 * 15 bytes read, each only when the instruction really has it. 64-bit mode
 * only.
 */
#ifndef LIB_INSN_H
#define LIB_INSN_H

#include "lib/compiler.h"
#include "lib/types.h"

#define INSN_LENGTH_MAX 15

enum insn_op {
	INSN_REFUSED,
	INSN_MOV,
	INSN_MOVZX,
	INSN_MOVSX,	/* MOVSXD too */
	INSN_MOVBE,
	INSN_ADD,	/* ADD to CMP in the order of the opcodes */
	INSN_OR,
	INSN_ADC,
	INSN_SBB,
	INSN_AND,
	INSN_SUB,
	INSN_XOR,
	INSN_CMP,
	INSN_TEST,
	INSN_XCHG,
	INSN_BT,	/* see insn_bit_displacement() */
	INSN_BTS,
	INSN_BTR,
	INSN_BTC,
	INSN_INC,
	INSN_DEC,
	INSN_NOT,
	INSN_NEG,
	INSN_IN,
	INSN_OUT,
	INSN_INS,
	INSN_OUTS,
	INSN_MOVS,
	INSN_STOS,
	INSN_VECTOR,	/* MOV of an XMM or YMM register, or its low bytes */
};

/* Registers have the numbers of the encoding: RAX 0, RCX 1 ... R15 15. */
#define INSN_RAX 0
#define INSN_RSI 6
#define INSN_RDI 7
#define INSN_RIP 16	/* as a base: the address of the next instruction */
#define INSN_NO_REGISTER 17

enum insn_segment {
	INSN_SEGMENT_FLAT,	/* base 0, whatever the prefix */
	INSN_SEGMENT_FS,
	INSN_SEGMENT_GS,
};

enum insn_repeat {
	INSN_REPEAT_NONE,
	INSN_REPEAT_REPNE,	/* F2 */
	INSN_REPEAT_REP,	/* F3 */
};

struct insn {
	uint8_t length;
	uint8_t op;		/* enum insn_op */
	uint8_t operand_size;	/* of the register: 1, 2, 4, 8, 16, 32 bytes */
	uint8_t memory_size;	/* of the other operand, the same or less */
	uint8_t address_size;	/* 4 or 8 */
	uint8_t segment;	/* enum insn_segment */
	uint8_t repeat;		/* enum insn_repeat */
	uint8_t rex;		/* 0: none */
	bool has_lock;
	bool has_memory;	/* false: r/m is a register, rm says which */
	bool has_immediate;	/* instead of the register */
	bool is_load;		/* the register is the destination */
	bool is_high_byte;	/* reg names AH, CH, DH or BH as 4 to 7 */
	bool is_vex;		/* a load clears what is above operand_size */
	uint8_t reg;		/* the register operand */
	uint8_t rm;
	uint8_t base;
	uint8_t index;
	uint8_t scale;		/* the index is shifted left by this */
	int64_t displacement;	/* sign extended; the address of A0-A3 */
	uint64_t immediate;	/* sign extended; a port or bit is not */
};

/*
 * Decodes the instruction that starts at bytes, of which size may be read.
 * -ENOTSUP: not one of the above or not legal; -EINVAL: it does not end
 * within size or within 15 bytes.
 */
int must_check insn_decode(struct insn *insn, const uint8_t *bytes,
			   size_t size);

static inline bool insn_is_bit_test(const struct insn *insn)
{
	return insn->op >= INSN_BT && insn->op <= INSN_BTC;
}

/*
 * BT, BTS, BTR and BTC with a bit number in a register: how far from the
 * memory operand lies the one of operand_size bytes that has the bit. To be
 * added to the displacement.
 */
static inline int64_t insn_bit_displacement(const struct insn *insn,
					    uint64_t number)
{
	const unsigned int bits = 8u * insn->operand_size;
	const int64_t extended = (int64_t)(number << (64 - bits)) >>
				 (64 - bits);

	return (extended & ~(int64_t)(bits - 1)) / 8;
}

/*
 * The linear address of the memory operand from the values of its base and
 * index register (0 where there is none) and of its segment's base. String
 * instructions: INS and STOS have RDI as base, OUTS and MOVS RSI (for MOVS the
 * destination is RDI in the flat segment).
 */
static inline uint64_t insn_address(const struct insn *insn, uint64_t base,
				    uint64_t index, uint64_t segment_base)
{
	const uint64_t offset = base + (index << insn->scale) +
				(uint64_t)insn->displacement;

	/* INS and STOS write to ES, which no prefix changes. */
	if (insn->op == INSN_INS || insn->op == INSN_STOS)
		segment_base = 0;
	return segment_base +
	       (insn->address_size == 4 ? (uint32_t)offset : offset);
}

#endif
