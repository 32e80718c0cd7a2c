/* SPDX-License-Identifier: MIT */
/*
 * A second, small decoder for the few forms in which compilers access device
 * registers (MOV and MOVZX between a register, or a constant, and a base
 * register with a displacement), for where each instruction counts.
 * insn_decode() accepts all of these and says the same of them.
 */
#ifndef LIB_INSN_PLAIN_H
#define LIB_INSN_PLAIN_H

#include "lib/insn.h"

#define INSN_PLAIN_LOAD BIT(0)
#define INSN_PLAIN_IMMEDIATE BIT(1)
#define INSN_PLAIN_BYTE BIT(2)		/* both operands */
#define INSN_PLAIN_FROM8 BIT(3)		/* memory */
#define INSN_PLAIN_FROM16 BIT(4)
#define INSN_PLAIN_66 BIT(5)

/* Few words, so that compilers keep them in registers. */
struct insn_plain {
	unsigned int flags;	/* INSN_PLAIN_ */
	unsigned int rex;	/* 0: none */
	unsigned int modrm;
	unsigned int length;
	int64_t displacement;
	int64_t immediate;
};

static inline unsigned int insn_plain_reg(const struct insn_plain *insn)
{
	return (insn->modrm >> 3 & 7) | (insn->rex & 4) << 1;
}

static inline unsigned int insn_plain_base(const struct insn_plain *insn)
{
	return (insn->modrm & 7) | (insn->rex & 1) << 3;
}

static inline unsigned int insn_plain_operand(const struct insn_plain *insn)
{
	if (insn->flags & INSN_PLAIN_BYTE)
		return 1;
	if (insn->rex & 8)
		return 8;
	return insn->flags & INSN_PLAIN_66 ? 2 : 4;
}

static inline unsigned int insn_plain_memory(const struct insn_plain *insn)
{
	if (!(insn->flags & (INSN_PLAIN_FROM8 | INSN_PLAIN_FROM16)))
		return insn_plain_operand(insn);
	return insn->flags & INSN_PLAIN_FROM8 ? 1 : 2;
}

static inline int32_t insn_plain_int32(const uint8_t *bytes)
{
	int32_t value;

	__builtin_memcpy(&value, bytes, sizeof(value));
	return value;
}

/* 88 to 8B, C7, 0F B6 and 0F B7; false: another. */
static inline bool insn_plain_opcode(struct insn_plain *insn,
				     const uint8_t **at)
{
	unsigned int opcode = *(*at)++;

	if ((opcode & 0xFC) == 0x88) {
		insn->flags |= opcode >> 1 & 1;
		if (!(opcode & 1))
			insn->flags |= INSN_PLAIN_BYTE;
		return true;
	}
	if (opcode == 0xC7) {
		insn->flags |= INSN_PLAIN_IMMEDIATE;
		return true;
	}
	if (opcode != 0x0F)
		return false;
	opcode = *(*at)++;
	insn->flags |= INSN_PLAIN_LOAD | (opcode & 1 ? INSN_PLAIN_FROM16 :
						       INSN_PLAIN_FROM8);
	return (opcode & 0xFE) == 0xB6;
}

/* A register, a SIB byte, RIP; AH and the like; others of C7's group. */
static inline bool insn_plain_is_odd(const struct insn_plain *insn)
{
	const unsigned int modrm = insn->modrm;

	if (modrm >= 0xC0 || (modrm & 7) == 4 || (modrm & 0xC7) == 5)
		return true;
	if (insn->flags & INSN_PLAIN_BYTE)
		return !insn->rex && modrm & 0x20;
	return insn->flags & INSN_PLAIN_IMMEDIATE && modrm & 0x38;
}

/* False: something else. All INSN_LENGTH_MAX bytes must be readable. */
static inline bool insn_decode_plain(struct insn_plain *insn,
				     const uint8_t *bytes)
{
	const uint8_t *at = bytes;

	*insn = (struct insn_plain){ .flags = 0 };
	if (unlikely(*at == 0x66)) {
		insn->flags = INSN_PLAIN_66;
		at++;
	}
	if ((*at & 0xF0) == 0x40)
		insn->rex = *at++;
	if (unlikely(!insn_plain_opcode(insn, &at)))
		return false;
	insn->modrm = *at++;
	if (unlikely(insn_plain_is_odd(insn)))
		return false;
	if (insn->modrm & 0x40) {
		insn->displacement = (int8_t)*at++;
	} else if (insn->modrm & 0x80) {
		insn->displacement = insn_plain_int32(at);
		at += 4;
	}
	if (insn->flags & INSN_PLAIN_IMMEDIATE) {
		/* Of 16 bits only the lower ones are used. */
		insn->immediate = insn_plain_int32(at);
		at += insn_plain_operand(insn) == 2 ? 2 : 4;
	}
	insn->length = (unsigned int)(at - bytes);
	return true;
}

#endif
