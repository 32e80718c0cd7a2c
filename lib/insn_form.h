/* SPDX-License-Identifier: MIT */
/* What the files of the decoder share; for lib/insn*.c alone. */
#ifndef LIB_INSN_FORM_H
#define LIB_INSN_FORM_H

#include "lib/insn.h"

/*
 * What an opcode stands for, as one number: an enum insn_op, or a row of
 * another table, in the lowest byte, the size of the memory operand above it,
 * and these. struct insn starts with the same.
 */
#define LOAD (INSN_IS_LOAD << 16)	/* to the register */
#define BYTE (1 << 17)		/* operands of one byte */
#define MODRM (1 << 18)
#define LOCK (1 << 19)		/* LOCK is legal with a memory operand */
#define IMM8 (1 << 20)
#define IMMZ (1 << 21)		/* 16 or 32 bits, by operand size */
#define IMM (IMM8 | IMMZ)
#define MOFFS (1 << 22)		/* an address and nothing else */
#define MEMORY (1 << 23)	/* a register as r/m is not legal */
#define PORT (1 << 24)		/* operands of 32 bits at most */
#define RSI (1 << 25)		/* a string's memory operand */
#define RDI (1 << 26)
#define STRING (RSI | RDI)
#define ONLY_128 (1 << 27)	/* VEX.L must be 0 */
/* The lowest byte is a row of insn_groups: ModRM.reg goes on with the opcode */
#define GROUP (1 << 28)
/* or of insn_simd: so does the mandatory prefix. */
#define SIMD (1 << 29)
#define NARROW (1 << 30)	/* memory has a size of its own */
/* Of the instruction, not of its opcode: there is a LOCK. */
#define LOCKED (1u << 31)
/* Most instructions have none of these, and hardly any one of the latter. */
#define UNUSUAL (IMM | NARROW | RARE)
#define RARE (MOFFS | PORT | STRING | LOCKED)

/*
 * A prefix has no op, but where those have their size its traits, and maybe one
 * of these. What is 0 is neither an opcode nor a prefix.
 */
#define PREFIX_OF(traits) ((traits) << 8 | PREFIX)
#define PREFIX (1 << 16)
#define REX (1 << 17)
#define SEGMENT(segment) (1 << 18 | (segment) << 20)
#define REPEAT(repeat) (1 << 19 | (repeat) << 20)
#define IS_SEGMENT (1 << 18)
#define IS_REPEAT (1 << 19)

/* Memory of so many bytes, where it is less than the register. */
#define FROM(size) ((size) << 8 | NARROW)
/* Of 4 bytes, or with REX.W of 8. */
#define BY_W FROM(255)

static inline uint8_t form_op(uint32_t form)
{
	return (uint8_t)form;
}

/* By opcode: alone, after 0F, and MOVBE after 0F 38 F0 and F1. */
extern in_image const uint32_t insn_one_byte[256];
extern in_image const uint32_t insn_two_byte[256];
extern in_image const uint32_t insn_movbe[2];

/* What follows a ModRM byte. */
enum insn_modrm {
	INSN_MODRM_BASE,	/* nothing: memory at a register */
	INSN_MODRM_BASE_8,	/* a displacement */
	INSN_MODRM_BASE_32,
	INSN_MODRM_ADDRESS,	/* a SIB byte, or relative to RIP */
	INSN_MODRM_REGISTER,	/* nothing: no memory */
};
extern in_image const uint8_t insn_modrm[256];

/* By opcode, in insn_one_byte and insn_two_byte; 0 is no row. */
enum insn_group {
	INSN_GROUP_80 = 1, INSN_GROUP_81, INSN_GROUP_83, INSN_GROUP_C6,
	INSN_GROUP_C7, INSN_GROUP_F6, INSN_GROUP_F7, INSN_GROUP_FE,
	INSN_GROUP_FF, INSN_GROUP_0FBA, INSN_GROUPS,
};
extern in_image const uint32_t insn_groups[INSN_GROUPS][8];

/*
 * The mandatory prefix of SSE, with the numbers that VEX gives it, and
 * enum insn_repeat.
 */
enum insn_simd_prefix {
	INSN_SIMD_NONE,
	INSN_SIMD_66,
	INSN_SIMD_F3 = INSN_REPEAT_REP,
	INSN_SIMD_F2 = INSN_REPEAT_REPNE,
	INSN_SIMD_PREFIXES,
};

/* All after 0F, but 2A: that is after 0F 38. */
enum insn_simd {
	INSN_SIMD_10 = 1, INSN_SIMD_11, INSN_SIMD_28, INSN_SIMD_29,
	INSN_SIMD_2B, INSN_SIMD_6E, INSN_SIMD_6F, INSN_SIMD_7E, INSN_SIMD_7F,
	INSN_SIMD_C3, INSN_SIMD_D6, INSN_SIMD_E7, INSN_SIMD_F0,
	INSN_SIMD_38_2A, INSN_SIMDS,
};
extern in_image const uint32_t insn_simd[INSN_SIMDS][INSN_SIMD_PREFIXES];

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

/* What has not been read yet. */
struct code {
	const uint8_t *at;
	const uint8_t *end;
};

static force_inline bool next_byte(struct code *code, uint8_t *byte)
{
	if (unlikely(code->at == code->end))
		return false;
	*byte = *code->at++;
	return true;
}

/* Sign extended, as all numbers in instructions are. */
static force_inline bool next_int8(struct code *code, int64_t *value)
{
	if (unlikely(code->at == code->end))
		return false;
	*value = (int8_t)*code->at++;
	return true;
}

static force_inline bool next_int32(struct code *code, int64_t *value)
{
	int32_t number;

	if (unlikely(code->end - code->at < 4))
		return false;
	__builtin_memcpy(&number, code->at, 4);
	code->at += 4;
	*value = number;
	return true;
}

/* All that comes after the opcode; start is the first byte of the prefixes. */
int insn_take_operands(struct insn *insn, const uint8_t *start,
		       struct code code, uint32_t form);

#endif
