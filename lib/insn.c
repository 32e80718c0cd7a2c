/* SPDX-License-Identifier: MIT */
/*
 * The decoder: tables say what follows an opcode and what it does
 * (insn_tables.c, insn_vector.c). The code below walks over prefixes and
 * opcode, insn_operands.c over ModRM, SIB, displacement and immediate.
 *
 * A #VE waits for it, on a small stack: each step ends in a jump to the next
 * one, with all that they know in registers, and what most instructions do not
 * have is asked for once.
 */
#include "lib/insn_form.h"

#include <errno.h>

/* form is a row of insn_simd. */
static noinline int take_simd(struct insn *insn, const uint8_t *start,
			      struct code code, uint32_t form)
{
	unsigned int prefix = insn->repeat;

	/* F2 and F3 go before 66. */
	if (!prefix && insn_has(insn, INSN_HAS_66))
		prefix = INSN_SIMD_66;
	form = insn_simd[form_op(form)][prefix];
	if (!form || insn_has(insn, INSN_HAS_LOCK))
		return -ENOTSUP;
	if (form_op(form) == INSN_VECTOR) {
		/* The prefix was no REP. */
		insn->repeat = INSN_REPEAT_NONE;
		insn->operand_size = 16;
	}
	return insn_take_operands(insn, start, code, form);
}

/* After 0F 38. */
static uint32_t form_of_map_2(uint8_t opcode, bool is_plain)
{
	if (opcode == 0x2A)
		return INSN_SIMD_38_2A | SIMD;
	/* With F2 it is CRC32, with F3 something of the future. */
	if ((opcode & 0xFE) == 0xF0 && is_plain)
		return insn_movbe[opcode & 1];
	return 0;
}

/* After 0F. */
static noinline int take_long_opcode(struct insn *insn, const uint8_t *start,
				     struct code code)
{
	uint32_t form;
	uint8_t byte;

	if (!next_byte(&code, &byte))
		return -EINVAL;
	form = insn_two_byte[byte];
	if (unlikely(byte == 0x38)) {
		if (!next_byte(&code, &byte))
			return -EINVAL;
		form = form_of_map_2(byte, insn->repeat == INSN_REPEAT_NONE);
	}
	if (form & SIMD)
		return take_simd(insn, start, code, form);
	if (!form)
		return -ENOTSUP;
	if (insn_has(insn, INSN_HAS_LOCK))
		form |= LOCKED;
	return insn_take_operands(insn, start, code, form);
}

/* After C4 or C5. */
static noinline int take_vex(struct insn *insn, const uint8_t *start,
			     struct code code)
{
	uint8_t map = 1;
	uint8_t last;
	uint8_t opcode;
	uint32_t form;

	if (!next_byte(&code, &last))
		return -EINVAL;
	/* R, X and B are inverted; C5 has R alone, where C4 has W. */
	insn->rex = last & 0x80 ? 0x40 : 0x40 | REX_R;
	if (code.at[-2] == 0xC4) {
		map = last & 0x1F;
		insn->rex = 0x40 | (uint8_t)~last >> 5;
		if (!next_byte(&code, &last))
			return -EINVAL;
		insn->rex |= last & 0x80 ? REX_W : 0;
	}
	if (!next_byte(&code, &opcode))
		return -EINVAL;
	insn->traits |= INSN_HAS_VEX;
	form = map == 1 ? insn_two_byte[opcode] :
	       map == 2 ? form_of_map_2(opcode, false) : 0;
	/* A second source, vvvv, must not be named. */
	if ((last & 0x78) != 0x78 || !(form & SIMD))
		return -ENOTSUP;
	form = insn_simd[form_op(form)][last & 3];
	if (form_op(form) != INSN_VECTOR || (last & 4 && form & ONLY_128))
		return -ENOTSUP;
	insn->operand_size = last & 4 ? 32 : 16;
	return insn_take_operands(insn, start, code, form);
}

static force_inline void note_prefix(struct insn *insn, uint32_t form,
				     uint8_t byte)
{
	/* A REX counts only right before the opcode. */
	insn->rex = form & REX ? byte : 0;
	insn->traits |= (uint8_t)(form >> 8);
	if (form & IS_REPEAT)
		insn->repeat = form >> 20 & 3;
	if (form & IS_SEGMENT)
		insn->segment = form >> 20 & 3;
}

/* After a prefix with this form: more of them, and the opcode. */
static noinline int take_prefixes(struct insn *insn, const uint8_t *start,
				  struct code code, uint32_t form)
{
	uint8_t byte = code.at[-1];

	do {
		note_prefix(insn, form, byte);
		if (!next_byte(&code, &byte))
			return -EINVAL;
		form = insn_one_byte[byte];
	} while (form && form_op(form) == INSN_REFUSED);
	if (insn->rex & REX_W)
		insn->operand_size = 8;
	else if (insn_has(insn, INSN_HAS_66))
		insn->operand_size = 2;
	if (byte == 0x0F)
		return take_long_opcode(insn, start, code);
	if (insn_has(insn, INSN_HAS_LOCK))
		form |= LOCKED;
	if (likely(form_op(form) != INSN_REFUSED))
		return insn_take_operands(insn, start, code, form);
	/* Nothing but addresses may stand before VEX. */
	if ((byte & 0xFE) == 0xC4 && !insn->rex &&
	    !insn_has(insn, INSN_HAS_LOCK | INSN_HAS_66) &&
	    insn->repeat == INSN_REPEAT_NONE)
		return take_vex(insn, start, code);
	return -ENOTSUP;
}

/* A REX as the first byte. */
static noinline int take_rex(struct insn *insn, const uint8_t *start,
			     struct code code)
{
	const uint8_t rex = code.at[-1];
	uint32_t form;
	uint8_t byte;

	if (!next_byte(&code, &byte))
		return -EINVAL;
	insn->rex = rex;
	if (rex & REX_W)
		insn->operand_size = 8;
	form = insn_one_byte[byte];
	if (likely(form_op(form) != INSN_REFUSED))
		return insn_take_operands(insn, start, code, form);
	if (byte == 0x0F)
		return take_long_opcode(insn, start, code);
	/* Before another prefix it means nothing. */
	insn->operand_size = 4;
	return form ? take_prefixes(insn, start, code, form) : -ENOTSUP;
}

int insn_decode(struct insn *insn, const uint8_t *bytes, const uint8_t *end)
{
	struct code code = { bytes, bytes + INSN_LENGTH_MAX };
	uint32_t form;
	uint8_t byte;

	if (unlikely(end < code.end))
		code.end = end;
	*insn = (struct insn){ .operand_size = 4 };
	if (!next_byte(&code, &byte))
		return -EINVAL;
	form = insn_one_byte[byte];
	if (likely(form_op(form) != INSN_REFUSED))
		return insn_take_operands(insn, bytes, code, form);
	if (form & REX)
		return take_rex(insn, bytes, code);
	if (form)
		return take_prefixes(insn, bytes, code, form);
	if (byte == 0x0F)
		return take_long_opcode(insn, bytes, code);
	return (byte & 0xFE) == 0xC4 ? take_vex(insn, bytes, code) : -ENOTSUP;
}
