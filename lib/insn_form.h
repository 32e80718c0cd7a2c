/* SPDX-License-Identifier: MIT */
/* What the files of the decoder share; for lib/insn*.c alone. */
#ifndef LIB_INSN_FORM_H
#define LIB_INSN_FORM_H

#include "lib/insn.h"

/* What an opcode has; form.flags. */
#define BYTE (1 << 0)		/* operands of one byte */
#define MODRM (1 << 1)
#define LOAD (1 << 2)		/* to the register */
#define IMM8 (1 << 3)
#define IMMZ (1 << 4)		/* 16 or 32 bits, by operand size */
#define IMM (IMM8 | IMMZ)
#define MOFFS (1 << 5)		/* an address and nothing else */
#define GROUP (1 << 6)		/* ModRM.reg goes on with the opcode */
#define LOCK (1 << 7)		/* LOCK is legal with a memory operand */
#define FROM8 (1 << 8)		/* memory is narrower than the register */
#define FROM16 (1 << 9)
#define FROM32 (1 << 10)
#define NARROW (FROM8 | FROM16 | FROM32)
#define MEMORY (1 << 11)	/* a register as r/m is not legal */
#define PORT (1 << 12)		/* operands of 32 bits at most */
#define RSI (1 << 13)		/* a string's memory operand */
#define RDI (1 << 14)
#define STRING (RSI | RDI)
#define PREFIX (1 << 15)

struct form {
	uint8_t op;
	uint16_t flags;
};

/* By opcode: alone, after 0F, and MOVBE after 0F 38 F0 and F1. */
extern const struct form insn_one_byte[256];
extern const struct form insn_two_byte[256];
extern const struct form insn_movbe[2];

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

static inline bool next_byte(struct cursor *code, uint8_t *byte)
{
	if (code->at == code->end)
		return false;
	*byte = *code->at++;
	return true;
}

/* The mandatory prefix of SSE, with the numbers that VEX gives it. */
enum insn_simd_prefix {
	INSN_SIMD_NONE,
	INSN_SIMD_66,
	INSN_SIMD_F3,
	INSN_SIMD_F2,
};

/*
 * The form of an SSE or AVX opcode of map 1 (0F) or 2 (0F 38), with the sizes
 * set in insn; NULL: refused. is_256: VEX.L.
 */
const struct form *insn_vector_form(struct insn *insn, unsigned int map,
				    uint8_t opcode,
				    enum insn_simd_prefix prefix, bool is_256);

/* What follows C4 or C5, the opcode included. */
int insn_take_vex(struct insn *insn, struct cursor *code, uint8_t first,
		  const struct form **form);

#endif
