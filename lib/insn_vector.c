/* SPDX-License-Identifier: MIT */
/*
 * SSE and AVX: the plain moves between a register and memory, nothing else.
 * They differ in what they demand of alignment, which the CPU has checked
 * before anybody decodes them.
 */
#include "lib/insn_form.h"

#include <errno.h>

#define FROM_W 1	/* memory of 4 bytes, or with W of 8 */
#define WHOLE 0		/* memory as large as the register */

struct vector_form {
	uint8_t map;
	uint8_t opcode;
	uint8_t prefix;		/* enum insn_simd_prefix */
	uint8_t memory_size;
	bool is_128_only;	/* VEX.L must be 0 */
	bool is_legacy_only;
	struct form form;
};

#define TO_MEMORY { INSN_VECTOR, MODRM | MEMORY }
#define TO_REGISTER { INSN_VECTOR, MODRM | MEMORY | LOAD }

static const struct vector_form forms[] = {
	/* MOVUPS, MOVUPD, MOVSS, MOVSD */
	{ 1, 0x10, INSN_SIMD_NONE, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x11, INSN_SIMD_NONE, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x10, INSN_SIMD_66, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x11, INSN_SIMD_66, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x10, INSN_SIMD_F3, 4, false, false, TO_REGISTER },
	{ 1, 0x11, INSN_SIMD_F3, 4, false, false, TO_MEMORY },
	{ 1, 0x10, INSN_SIMD_F2, 8, false, false, TO_REGISTER },
	{ 1, 0x11, INSN_SIMD_F2, 8, false, false, TO_MEMORY },
	/* MOVAPS, MOVAPD, MOVNTPS, MOVNTPD */
	{ 1, 0x28, INSN_SIMD_NONE, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x29, INSN_SIMD_NONE, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x28, INSN_SIMD_66, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x29, INSN_SIMD_66, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x2B, INSN_SIMD_NONE, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x2B, INSN_SIMD_66, WHOLE, false, false, TO_MEMORY },
	/* MOVDQA, MOVDQU, LDDQU, MOVNTDQ, MOVNTDQA */
	{ 1, 0x6F, INSN_SIMD_66, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x7F, INSN_SIMD_66, WHOLE, false, false, TO_MEMORY },
	{ 1, 0x6F, INSN_SIMD_F3, WHOLE, false, false, TO_REGISTER },
	{ 1, 0x7F, INSN_SIMD_F3, WHOLE, false, false, TO_MEMORY },
	{ 1, 0xF0, INSN_SIMD_F2, WHOLE, false, false, TO_REGISTER },
	{ 1, 0xE7, INSN_SIMD_66, WHOLE, false, false, TO_MEMORY },
	{ 2, 0x2A, INSN_SIMD_66, WHOLE, false, false, TO_REGISTER },
	/* MOVD, MOVQ */
	{ 1, 0x6E, INSN_SIMD_66, FROM_W, true, false, TO_REGISTER },
	{ 1, 0x7E, INSN_SIMD_66, FROM_W, true, false, TO_MEMORY },
	{ 1, 0x7E, INSN_SIMD_F3, 8, true, false, TO_REGISTER },
	{ 1, 0xD6, INSN_SIMD_66, 8, true, false, TO_MEMORY },
	/* MOVNTI: a general register */
	{ 1, 0xC3, INSN_SIMD_NONE, WHOLE, true, true,
	  { INSN_MOV, MODRM | MEMORY } },
};

static const struct vector_form *find(unsigned int map, uint8_t opcode,
				      enum insn_simd_prefix prefix)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (forms[i].opcode == opcode && forms[i].map == map &&
		    forms[i].prefix == prefix)
			return &forms[i];
	return NULL;
}

const struct form *insn_vector_form(struct insn *insn, unsigned int map,
				    uint8_t opcode,
				    enum insn_simd_prefix prefix, bool is_256)
{
	const struct vector_form *found = find(map, opcode, prefix);

	if (!found || (found->is_legacy_only && insn->is_vex) ||
	    (found->is_128_only && is_256))
		return NULL;
	if (found->form.op != INSN_VECTOR)
		return &found->form;
	/* The prefix was no REP. */
	insn->repeat = INSN_REPEAT_NONE;
	insn->operand_size = is_256 ? 32 : 16;
	insn->memory_size = found->memory_size;
	if (found->memory_size == FROM_W)
		insn->memory_size = insn->rex & REX_W ? 8 : 4;
	else if (found->memory_size == WHOLE)
		insn->memory_size = insn->operand_size;
	return &found->form;
}

int insn_take_vex(struct insn *insn, struct cursor *code, uint8_t first,
		  const struct form **form)
{
	uint8_t map = 1;
	uint8_t last;
	uint8_t opcode;
	uint8_t rex = 0;

	if (!next_byte(code, &last))
		return -EINVAL;
	/* R, X and B are inverted; C5 has R alone, where C4 has W. */
	if (first == 0xC4) {
		map = last & 0x1F;
		rex = (uint8_t)~last >> 5;
		if (!next_byte(code, &last))
			return -EINVAL;
		rex |= last & 0x80 ? REX_W : 0;
	} else if (!(last & 0x80)) {
		rex = REX_R;
	}
	if (!next_byte(code, &opcode))
		return -EINVAL;
	insn->rex = 0x40 | rex;
	insn->is_vex = true;
	/* A second source, vvvv, must not be named. */
	if ((last & 0x78) != 0x78)
		return -ENOTSUP;
	*form = insn_vector_form(insn, map, opcode,
				 (enum insn_simd_prefix)(last & 3), last & 4);
	return *form ? 0 : -ENOTSUP;
}
