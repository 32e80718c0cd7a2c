/* SPDX-License-Identifier: MIT */
/*
 * The second half of the decoder: what comes after the opcode, as its form
 * says.
 */
#include "lib/insn_form.h"

#include <errno.h>

static force_inline bool next_int16(struct code *code, int64_t *value)
{
	int16_t number;

	if (code->end - code->at < 2)
		return false;
	__builtin_memcpy(&number, code->at, 2);
	code->at += 2;
	*value = number;
	return true;
}

static force_inline bool next_int64(struct code *code, int64_t *value)
{
	if (code->end - code->at < 8)
		return false;
	__builtin_memcpy(value, code->at, 8);
	code->at += 8;
	return true;
}

/* False: it is not legal. */
static force_inline bool set_memory_size(struct insn *insn, uint32_t form)
{
	if ((form & BY_W) == BY_W)
		insn->memory_size = insn->rex & REX_W ? 8 : 4;
	else
		insn->memory_size = (uint8_t)(form >> 8);
	/* MOVSXD to 16 bits: makers of CPUs do not agree on what it reads. */
	return insn->memory_size <= insn->operand_size;
}

static force_inline bool take_immediate(struct insn *insn, struct code *code,
					 uint32_t form)
{
	int64_t value;

	insn->has_immediate = true;
	if (form & IMM8 ? !next_int8(code, &value) :
	    insn->operand_size == 2 ? !next_int16(code, &value) :
				      !next_int32(code, &value))
		return false;
	/* A port or the number of a bit has no sign. */
	insn->immediate = unlikely(form_op(form) >= INSN_BT) ?
				  (uint8_t)value : (uint64_t)value;
	return true;
}

static force_inline bool take_offset(struct insn *insn, struct code *code)
{
	insn->traits |= INSN_HAS_MEMORY | INSN_HAS_NO_BASE;
	insn->base = INSN_NO_REGISTER;
	return insn_has(insn, INSN_HAS_67) ?
		       next_int32(code, &insn->displacement) :
		       next_int64(code, &insn->displacement);
}

static force_inline void set_string(struct insn *insn, uint32_t form)
{
	insn->traits |= INSN_HAS_MEMORY;
	insn->base = INSN_RSI;
	if (form & RSI)
		return;
	/* Written is ES, which no prefix changes. */
	insn->base = INSN_RDI;
	insn->traits &= (uint8_t)~INSN_HAS_SEGMENT;
	insn->segment = INSN_SEGMENT_FLAT;
}

/* What hardly any instruction has. */
static noinline int take_rare(struct insn *insn, const uint8_t *start,
			      struct code code, uint32_t form)
{
	if (form & LOCKED &&
	    (!(form & LOCK) || !insn_has(insn, INSN_HAS_MEMORY)))
		return -ENOTSUP;
	if (form & PORT && insn->operand_size == 8)
		insn->operand_size = insn->memory_size = 4;
	if (form & STRING)
		set_string(insn, form);
	if (form & MOFFS && !take_offset(insn, &code))
		return -EINVAL;
	if (form & IMM && !take_immediate(insn, &code, form))
		return -EINVAL;
	insn->length = (uint8_t)(code.at - start);
	return 0;
}

/* What form says of the operands, once ModRM has said which they are. */
static noinline int set_form(struct insn *insn, const uint8_t *start,
			     struct code code, uint32_t form)
{
	/* op and what lies beside it. */
	__builtin_memcpy(insn, &form, sizeof(form));
	if (form & BYTE) {
		insn->operand_size = 1;
		insn->is_high_byte = insn->reg >= 4 && !insn->rex;
	}
	insn->memory_size = insn->operand_size;
	if (unlikely(form & UNUSUAL)) {
		if (unlikely(form & RARE))
			return take_rare(insn, start, code, form);
		if (form & NARROW) {
			if (!set_memory_size(insn, form))
				return -ENOTSUP;
		} else if (!take_immediate(insn, &code, form)) {
			return -EINVAL;
		}
	}
	insn->length = (uint8_t)(code.at - start);
	return 0;
}

/* After a SIB byte; the traits of the address. */
static force_inline uint8_t set_sib(struct insn *insn, uint8_t sib)
{
	const uint8_t rex = insn->rex;
	const uint8_t index = (uint8_t)((sib >> 3 & 7) | (rex & REX_X) << 2);

	insn->base = (uint8_t)((sib & 7) | (rex & REX_B) << 3);
	insn->index = index;
	insn->scale = sib >> 6;
	return index == 4 ? INSN_HAS_MEMORY : INSN_HAS_MEMORY | INSN_HAS_INDEX;
}

/* No base but RIP, or none at all. */
static noinline int take_offset_32(struct insn *insn, const uint8_t *start,
				   struct code code, uint32_t form)
{
	insn->traits |= INSN_HAS_MEMORY | INSN_HAS_NO_BASE;
	if (!next_int32(&code, &insn->displacement))
		return -EINVAL;
	return set_form(insn, start, code, form);
}

/* An address that is more than a register, or less; ModRM has been read. */
static noinline int take_address(struct insn *insn, const uint8_t *start,
				 struct code code, uint32_t form)
{
	const uint8_t modrm = code.at[-1];
	uint8_t sib;

	if ((modrm & 7) != 4) {
		insn->base = INSN_RIP;
		return take_offset_32(insn, start, code, form);
	}
	if (!next_byte(&code, &sib))
		return -EINVAL;
	insn->traits |= set_sib(insn, sib);
	if (modrm < 0x40 && (sib & 7) == 5) {
		insn->base = INSN_NO_REGISTER;
		return take_offset_32(insn, start, code, form);
	}
	if (modrm & 0x40 ? !next_int8(&code, &insn->displacement) :
	    modrm & 0x80 && !next_int32(&code, &insn->displacement))
		return -EINVAL;
	return set_form(insn, start, code, form);
}

/* ModRM but for its reg, and the address. */
static force_inline int take_rm(struct insn *insn, const uint8_t *start,
				struct code code, uint32_t form)
{
	const uint8_t modrm = *code.at++;
	const uint8_t kind = insn_modrm[modrm];

	if (unlikely(kind >= INSN_MODRM_ADDRESS)) {
		if (kind == INSN_MODRM_ADDRESS)
			return take_address(insn, start, code, form);
		return form & MEMORY ? -ENOTSUP :
				       set_form(insn, start, code, form);
	}
	insn->traits |= INSN_HAS_MEMORY;
	insn->base = (uint8_t)((modrm & 7) | (insn->rex & REX_B) << 3);
	if (kind == INSN_MODRM_BASE)
		return set_form(insn, start, code, form);
	if (kind == INSN_MODRM_BASE_8 ?
		    !next_int8(&code, &insn->displacement) :
		    !next_int32(&code, &insn->displacement))
		return -EINVAL;
	return set_form(insn, start, code, form);
}

int insn_take_operands(struct insn *insn, const uint8_t *start,
		       struct code code, uint32_t form)
{
	uint32_t member;

	if (likely(form & MODRM)) {
		if (unlikely(code.at == code.end))
			return -EINVAL;
		insn->reg = (uint8_t)((*code.at >> 3 & 7) |
				      (insn->rex & REX_R) << 1);
		return take_rm(insn, start, code, form);
	}
	if (!(form & GROUP))
		return set_form(insn, start, code, form);
	if (code.at == code.end)
		return -EINVAL;
	/* ModRM.reg says what is done to the operand. */
	member = insn_groups[form_op(form)][*code.at >> 3 & 7];
	if (!member)
		return -ENOTSUP;
	return take_rm(insn, start, code, member | (form & LOCKED));
}
