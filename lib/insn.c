/* SPDX-License-Identifier: MIT */
/*
 * The decoder: tables say what follows an opcode and what it does
 * (insn_tables.c, insn_vector.c), the code below only walks over prefixes,
 * opcode, ModRM, SIB, displacement and immediate.
 */
#include "lib/insn_form.h"

#include <errno.h>

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

/* SSE: F2 and F3 go before 66. */
static enum insn_simd_prefix simd_prefix(const struct insn *insn,
					 bool is_16_bit)
{
	if (insn->repeat == INSN_REPEAT_REP)
		return INSN_SIMD_F3;
	if (insn->repeat == INSN_REPEAT_REPNE)
		return INSN_SIMD_F2;
	return is_16_bit ? INSN_SIMD_66 : INSN_SIMD_NONE;
}

static int take_long_opcode(struct insn *insn, struct cursor *code,
			    const struct form **form, bool is_16_bit)
{
	unsigned int map = 1;
	uint8_t byte;

	if (!next_byte(code, &byte))
		return -EINVAL;
	if (byte == 0x38) {
		map = 2;
		if (!next_byte(code, &byte))
			return -EINVAL;
	}
	*form = map == 1 ? &insn_two_byte[byte] : &insn_one_byte[0x0F];
	/* With F2 it is CRC32, with F3 something of the future. */
	if (map == 2 && (byte & 0xFE) == 0xF0 &&
	    insn->repeat == INSN_REPEAT_NONE)
		*form = &insn_movbe[byte & 1];
	if ((*form)->op == INSN_REFUSED)
		*form = insn_vector_form(insn, map, byte,
					 simd_prefix(insn, is_16_bit), false);
	return *form ? 0 : -ENOTSUP;
}

/* Prefixes and opcode. */
static int take_opcode(struct insn *insn, struct cursor *code,
		       const struct form **form)
{
	bool is_16_bit = false;
	uint8_t byte;

	for (;;) {
		if (!next_byte(code, &byte))
			return -EINVAL;
		*form = &insn_one_byte[byte];
		if (!((*form)->flags & PREFIX))
			break;
		take_prefix(insn, byte, &is_16_bit);
	}
	insn->operand_size = insn->rex & REX_W ? 8 : is_16_bit ? 2 : 4;
	if (likely((*form)->op != INSN_REFUSED))
		return 0;
	if (byte == 0x0F)
		return take_long_opcode(insn, code, form, is_16_bit);
	/* Nothing but addresses may stand before VEX. */
	if ((byte & 0xFE) == 0xC4 && !insn->rex && !insn->has_lock &&
	    insn->repeat == INSN_REPEAT_NONE && !is_16_bit)
		return insn_take_vex(insn, code, byte, form);
	return -ENOTSUP;
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

/*
 * The three bits of ModRM.reg that go on with the opcode: the operation, of
 * those in the order of the encoding, or INSN_REFUSED.
 */
static uint8_t group_member(uint8_t op, uint8_t number)
{
	static const uint8_t unary[8] = {
		[0] = INSN_TEST,
		[2] = INSN_NOT,
		[3] = INSN_NEG,
	};

	switch (op) {
	case INSN_ADD:
		return (uint8_t)(INSN_ADD + number);
	case INSN_BT:
		return number < 4 ? INSN_REFUSED :
				    (uint8_t)(INSN_BT + number - 4);
	case INSN_INC:
		return number > 1 ? INSN_REFUSED : (uint8_t)(INSN_INC + number);
	case INSN_TEST:
		return unary[number];
	default:
		return number ? INSN_REFUSED : op;
	}
}

static int take_group(struct insn *insn, uint16_t *flags)
{
	insn->op = group_member(insn->op, insn->reg & 7);
	insn->reg = INSN_RAX;
	if (insn->op == INSN_NOT || insn->op == INSN_NEG)
		*flags &= (uint16_t)~IMM;
	return insn->op == INSN_REFUSED ? -ENOTSUP : 0;
}

static void set_sizes(struct insn *insn, uint16_t flags)
{
	insn->is_load = flags & LOAD;
	if (insn->op == INSN_VECTOR)
		return;
	if (flags & BYTE)
		insn->operand_size = 1;
	else if (flags & PORT && insn->operand_size == 8)
		insn->operand_size = 4;
	insn->memory_size = insn->operand_size;
	if (flags & NARROW)
		insn->memory_size = flags & FROM8 ? 1 : flags & FROM16 ? 2 : 4;
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
	insn->immediate = flags & PORT || insn_is_bit_test(insn) ?
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
	/* The first of a group does not speak for the others. */
	return !insn->has_lock ||
	       (flags & LOCK && insn->has_memory && insn->op != INSN_CMP &&
		insn->op != INSN_TEST && insn->op != INSN_BT);
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
		err = take_group(insn, &flags);
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
