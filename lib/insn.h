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

/* By how they are done: moves, arithmetic, the rest. */
enum insn_op {
	INSN_REFUSED,
	INSN_MOV,
	INSN_MOVZX,
	INSN_MOVSX,	/* MOVSXD too */
	INSN_MOVBE,
	INSN_XCHG,
	INSN_ADD,
	INSN_OR,
	INSN_ADC,
	INSN_SBB,
	INSN_AND,
	INSN_SUB,
	INSN_XOR,
	INSN_CMP,
	INSN_TEST,
	INSN_INC,
	INSN_DEC,
	INSN_NEG,
	INSN_NOT,
	INSN_VECTOR,	/* MOV of an XMM or YMM register, or its low bytes */
	INSN_BT,	/* see insn_bit_displacement() */
	INSN_BTS,
	INSN_BTR,
	INSN_BTC,
	INSN_IN,
	INSN_OUT,
	INSN_INS,
	INSN_OUTS,
	INSN_MOVS,
	INSN_STOS,
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
	INSN_REPEAT_REP = 2,	/* F3 */
	INSN_REPEAT_REPNE,	/* F2 */
};

/*
 * Four words, the first two of small fields: it lies on small stacks, and is
 * cleared each time. traits says what an instruction has besides an ordinary
 * register and, for an address, one register and a displacement.
 */
struct insn {
	uint8_t op;		/* enum insn_op */
	uint8_t memory_size;	/* of the memory operand: 1 to 32 bytes */
	uint16_t form;		/* INSN_IS_LOAD; the rest is the decoder's */
	uint8_t operand_size;	/* of the register, the same or more */
	uint8_t base;		/* of an operand in memory */
	uint8_t index;		/* INSN_HAS_INDEX */
	bool has_immediate;	/* instead of the register */
	uint8_t length;
	uint8_t reg;		/* the register operand */
	uint8_t traits;		/* INSN_HAS_ */
	uint8_t scale;		/* the index is shifted left by this */
	uint8_t segment;	/* enum insn_segment */
	uint8_t repeat;		/* enum insn_repeat */
	uint8_t rex;		/* 0: none */
	bool is_high_byte;	/* reg names AH, CH, DH or BH as 4 to 7 */
	int64_t displacement;	/* sign extended; the address of A0-A3 */
	uint64_t immediate;	/* sign extended; a port or bit is not */
};
ASSERT_SIZE(struct insn, 32);

#define INSN_IS_LOAD (1 << 0)	/* the register is the destination */

#define INSN_HAS_MEMORY (1 << 0)	/* as an operand; or registers alone */
#define INSN_HAS_66 (1 << 1)
#define INSN_HAS_LOCK (1 << 2)
#define INSN_HAS_VEX (1 << 3)	/* a load clears what is above operand_size */
#define INSN_HAS_67 (1 << 4)	/* an address of 32 bits */
#define INSN_HAS_SEGMENT (1 << 5)
#define INSN_HAS_INDEX (1 << 6)
#define INSN_HAS_NO_BASE (1 << 7)	/* base is RIP or no register */
#define INSN_UNUSUAL_ADDRESS \
	(INSN_HAS_67 | INSN_HAS_SEGMENT | INSN_HAS_INDEX | INSN_HAS_NO_BASE)

/*
 * Decodes the instruction that starts at bytes, of which none at or after end
 * may be read. -ENOTSUP: not one of the above or not legal; -EINVAL: it does
 * not end before end or within 15 bytes.
 */
int must_check insn_decode(struct insn *insn, const uint8_t *bytes,
			   const uint8_t *end);

static inline bool insn_has(const struct insn *insn, uint8_t trait)
{
	return insn->traits & trait;
}

static inline bool insn_is_load(const struct insn *insn)
{
	return insn->form & INSN_IS_LOAD;
}

/* In bytes. */
static inline unsigned int insn_address_size(const struct insn *insn)
{
	return insn_has(insn, INSN_HAS_67) ? 4 : 8;
}

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

	return segment_base +
	       (insn_has(insn, INSN_HAS_67) ? (uint32_t)offset : offset);
}

#endif
