/* SPDX-License-Identifier: MIT */
/*
 * The decoder: two tables say what follows an opcode and what it does, the
 * code below only walks over prefixes, opcode, ModRM, SIB, displacement and
 * immediate. What the tables do not name is refused.
 */
#include "lib/insn.h"

#include <errno.h>

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

#define ARITHMETIC(opcode, op, lock)                 \
	[(opcode) + 0] = { op, MODRM | BYTE | (lock) },  \
	[(opcode) + 1] = { op, MODRM | (lock) },         \
	[(opcode) + 2] = { op, MODRM | BYTE | LOAD },    \
	[(opcode) + 3] = { op, MODRM | LOAD }

#define PREFIXES(first)                  \
	[(first) + 0] = { 0, PREFIX },   \
	[(first) + 1] = { 0, PREFIX },   \
	[(first) + 2] = { 0, PREFIX },   \
	[(first) + 3] = { 0, PREFIX }

static const struct form one_byte[256] = {
	ARITHMETIC(0x00, INSN_ADD, LOCK),
	ARITHMETIC(0x08, INSN_OR, LOCK),
	ARITHMETIC(0x10, INSN_ADC, LOCK),
	ARITHMETIC(0x18, INSN_SBB, LOCK),
	ARITHMETIC(0x20, INSN_AND, LOCK),
	ARITHMETIC(0x28, INSN_SUB, LOCK),
	ARITHMETIC(0x30, INSN_XOR, LOCK),
	ARITHMETIC(0x38, INSN_CMP, 0),
	[0x26] = { 0, PREFIX },
	[0x2E] = { 0, PREFIX },
	[0x36] = { 0, PREFIX },
	[0x3E] = { 0, PREFIX },
	PREFIXES(0x40),
	PREFIXES(0x44),
	PREFIXES(0x48),
	PREFIXES(0x4C),
	[0x63] = { INSN_MOVSX, MODRM | LOAD | FROM32 },
	PREFIXES(0x64),
	[0x6C] = { INSN_INS, RDI | PORT | BYTE },
	[0x6D] = { INSN_INS, RDI | PORT },
	[0x6E] = { INSN_OUTS, RSI | PORT | BYTE | LOAD },
	[0x6F] = { INSN_OUTS, RSI | PORT | LOAD },
	[0x80] = { INSN_ADD, MODRM | BYTE | IMM8 | GROUP | LOCK },
	[0x81] = { INSN_ADD, MODRM | IMMZ | GROUP | LOCK },
	[0x83] = { INSN_ADD, MODRM | IMM8 | GROUP | LOCK },
	[0x84] = { INSN_TEST, MODRM | BYTE },
	[0x85] = { INSN_TEST, MODRM },
	[0x86] = { INSN_XCHG, MODRM | BYTE | LOCK },
	[0x87] = { INSN_XCHG, MODRM | LOCK },
	[0x88] = { INSN_MOV, MODRM | BYTE },
	[0x89] = { INSN_MOV, MODRM },
	[0x8A] = { INSN_MOV, MODRM | BYTE | LOAD },
	[0x8B] = { INSN_MOV, MODRM | LOAD },
	[0xA0] = { INSN_MOV, MOFFS | BYTE | LOAD },
	[0xA1] = { INSN_MOV, MOFFS | LOAD },
	[0xA2] = { INSN_MOV, MOFFS | BYTE },
	[0xA3] = { INSN_MOV, MOFFS },
	[0xA4] = { INSN_MOVS, RSI | BYTE },
	[0xA5] = { INSN_MOVS, RSI },
	[0xAA] = { INSN_STOS, RDI | BYTE },
	[0xAB] = { INSN_STOS, RDI },
	[0xC6] = { INSN_MOV, MODRM | BYTE | IMM8 | GROUP },
	[0xC7] = { INSN_MOV, MODRM | IMMZ | GROUP },
	[0xE4] = { INSN_IN, PORT | BYTE | IMM8 | LOAD },
	[0xE5] = { INSN_IN, PORT | IMM8 | LOAD },
	[0xE6] = { INSN_OUT, PORT | BYTE | IMM8 },
	[0xE7] = { INSN_OUT, PORT | IMM8 },
	[0xEC] = { INSN_IN, PORT | BYTE | LOAD },
	[0xED] = { INSN_IN, PORT | LOAD },
	[0xEE] = { INSN_OUT, PORT | BYTE },
	[0xEF] = { INSN_OUT, PORT },
	[0xF0] = { 0, PREFIX },
	[0xF2] = { 0, PREFIX },
	[0xF3] = { 0, PREFIX },
	[0xF6] = { INSN_TEST, MODRM | BYTE | IMM8 | GROUP },
	[0xF7] = { INSN_TEST, MODRM | IMMZ | GROUP },
};

/* After 0F. */
static const struct form two_byte[256] = {
	[0xA3] = { INSN_BT, MODRM },
	[0xB6] = { INSN_MOVZX, MODRM | LOAD | FROM8 },
	[0xB7] = { INSN_MOVZX, MODRM | LOAD | FROM16 },
	[0xBA] = { INSN_BT, MODRM | IMM8 | GROUP },
	[0xBE] = { INSN_MOVSX, MODRM | LOAD | FROM8 },
	[0xBF] = { INSN_MOVSX, MODRM | LOAD | FROM16 },
};

static const struct form movbe[2] = {
	{ INSN_MOVBE, MODRM | LOAD | MEMORY },
	{ INSN_MOVBE, MODRM | MEMORY },
};

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

/* A little endian number of size bytes, sign extended. */
static bool next_signed(struct cursor *code, unsigned int size, int64_t *value)
{
	uint64_t bits = 0;

	if ((size_t)(code->end - code->at) < size)
		return false;
	for (unsigned int i = 0; i < size; i++)
		bits |= (uint64_t)code->at[i] << 8 * i;
	code->at += size;
	*value = (int64_t)(bits << (64 - 8 * size)) >> (64 - 8 * size);
	return true;
}

static void take_prefix(struct insn *insn, uint8_t byte, bool *is_16_bit)
{
	/* A REX counts only right before the opcode. */
	insn->rex = (byte & 0xF0) == 0x40 ? byte : 0;
	switch (byte) {
	case 0x64:
		insn->segment = INSN_SEGMENT_FS;
		break;
	case 0x65:
		insn->segment = INSN_SEGMENT_GS;
		break;
	case 0x66:
		*is_16_bit = true;
		break;
	case 0x67:
		insn->address_size = 4;
		break;
	case 0xF0:
		insn->has_lock = true;
		break;
	case 0xF2:
		insn->repeat = INSN_REPEAT_REPNE;
		break;
	case 0xF3:
		insn->repeat = INSN_REPEAT_REP;
		break;
	default:
		/* REX; 26, 2E, 36 and 3E mean nothing in 64-bit mode. */
		break;
	}
}

static int take_long_opcode(const struct insn *insn, struct cursor *code,
			    const struct form **form)
{
	uint8_t byte;

	if (!next_byte(code, &byte))
		return -EINVAL;
	*form = &two_byte[byte];
	if (byte != 0x38)
		return 0;
	if (!next_byte(code, &byte))
		return -EINVAL;
	/* With F2 it is CRC32, with F3 something of the future. */
	if ((byte & 0xFE) == 0xF0 && insn->repeat == INSN_REPEAT_NONE)
		*form = &movbe[byte & 1];
	return 0;
}

/* Prefixes and opcode. */
static int take_opcode(struct insn *insn, struct cursor *code,
		       const struct form **form)
{
	bool is_16_bit = false;
	uint8_t byte;
	int err = 0;

	for (;;) {
		if (!next_byte(code, &byte))
			return -EINVAL;
		*form = &one_byte[byte];
		if (!((*form)->flags & PREFIX))
			break;
		take_prefix(insn, byte, &is_16_bit);
	}
	insn->operand_size = insn->rex & REX_W ? 8 : is_16_bit ? 2 : 4;
	if (byte == 0x0F)
		err = take_long_opcode(insn, code, form);
	if (err)
		return err;
	return (*form)->op == INSN_REFUSED ? -ENOTSUP : 0;
}

/* The base and index of a SIB byte; says whether there is a base. */
static bool take_sib(struct insn *insn, uint8_t sib, uint8_t mod)
{
	insn->scale = sib >> 6;
	insn->index = (sib >> 3 & 7) | (insn->rex & REX_X ? 8 : 0);
	if (insn->index == 4)
		insn->index = INSN_NO_REGISTER;
	if ((sib & 7) == 5 && mod == 0)
		return false;
	insn->base = (sib & 7) | (insn->rex & REX_B ? 8 : 0);
	return true;
}

static int take_memory(struct insn *insn, struct cursor *code, uint8_t modrm)
{
	const uint8_t mod = modrm >> 6;
	unsigned int size = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	uint8_t sib;

	insn->has_memory = true;
	if ((modrm & 7) == 4) {
		if (!next_byte(code, &sib))
			return -EINVAL;
		if (!take_sib(insn, sib, mod))
			size = 4;
	} else if ((modrm & 7) == 5 && mod == 0) {
		insn->base = INSN_RIP;
		size = 4;
	} else {
		insn->base = insn->rm;
	}
	if (size && !next_signed(code, size, &insn->displacement))
		return -EINVAL;
	return 0;
}

static int take_modrm(struct insn *insn, struct cursor *code)
{
	uint8_t modrm;

	if (!next_byte(code, &modrm))
		return -EINVAL;
	insn->reg = (modrm >> 3 & 7) | (insn->rex & REX_R ? 8 : 0);
	insn->rm = (modrm & 7) | (insn->rex & REX_B ? 8 : 0);
	return modrm >> 6 == 3 ? 0 : take_memory(insn, code, modrm);
}

/* The three bits of ModRM.reg that go on with the opcode. */
static int take_group(struct insn *insn)
{
	const uint8_t op = insn->reg & 7;

	insn->reg = INSN_RAX;
	if (insn->op == INSN_ADD)
		insn->op = (uint8_t)(INSN_ADD + op);
	else if (op != (insn->op == INSN_BT ? 4 : 0))
		return -ENOTSUP;
	return 0;
}

static void set_sizes(struct insn *insn, uint16_t flags)
{
	if (flags & BYTE)
		insn->operand_size = 1;
	else if (flags & PORT && insn->operand_size == 8)
		insn->operand_size = 4;
	insn->memory_size = insn->operand_size;
	if (flags & NARROW)
		insn->memory_size = flags & FROM8 ? 1 : flags & FROM16 ? 2 : 4;
	insn->is_load = flags & LOAD;
	insn->is_high_byte = flags & BYTE && insn->reg >= 4 && !insn->rex;
}

static int take_immediate(struct insn *insn, struct cursor *code,
			  uint16_t flags)
{
	const unsigned int size = flags & IMM8 ? 1 :
				  insn->operand_size == 2 ? 2 : 4;
	int64_t value;

	if (!next_signed(code, size, &value))
		return -EINVAL;
	insn->has_immediate = true;
	/* A port or the number of a bit has no sign. */
	insn->immediate = flags & PORT || insn->op == INSN_BT ?
				  (uint8_t)value : (uint64_t)value;
	return 0;
}

static int take_offset(struct insn *insn, struct cursor *code)
{
	insn->has_memory = true;
	if (!next_signed(code, insn->address_size, &insn->displacement))
		return -EINVAL;
	return 0;
}

static bool is_legal(const struct insn *insn, uint16_t flags)
{
	/* For nearly all there is nothing to look at. */
	if (!(flags & (MEMORY | FROM32)) && !insn->has_lock)
		return true;
	if (flags & MEMORY && !insn->has_memory)
		return false;
	/* MOVSXD to 16 bits: makers of CPUs do not agree on what it reads. */
	if (flags & FROM32 && insn->operand_size == 2)
		return false;
	return !insn->has_lock ||
	       (flags & LOCK && insn->has_memory && insn->op != INSN_CMP);
}

/* All that comes after the opcode. */
static int take_operands(struct insn *insn, struct cursor *code,
			 uint16_t flags)
{
	int err = 0;

	if (flags & MODRM)
		err = take_modrm(insn, code);
	else if (flags & MOFFS)
		err = take_offset(insn, code);
	if (!err && flags & GROUP)
		err = take_group(insn);
	if (err)
		return err;
	set_sizes(insn, flags);
	if (flags & STRING) {
		insn->has_memory = true;
		insn->base = flags & RSI ? INSN_RSI : INSN_RDI;
	}
	return flags & IMM ? take_immediate(insn, code, flags) : 0;
}

int insn_decode(struct insn *insn, const uint8_t *bytes, size_t size)
{
	struct cursor code = { bytes, bytes + min_u64(size, INSN_LENGTH_MAX) };
	const struct form *form;
	int err;

	*insn = (struct insn){
		.address_size = 8,
		.base = INSN_NO_REGISTER,
		.index = INSN_NO_REGISTER,
	};
	err = take_opcode(insn, &code, &form);
	if (err)
		return err;
	insn->op = form->op;
	err = take_operands(insn, &code, form->flags);
	if (err)
		return err;
	insn->length = (uint8_t)(code.at - bytes);
	return is_legal(insn, form->flags) ? 0 : -ENOTSUP;
}
