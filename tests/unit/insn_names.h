/* SPDX-License-Identifier: MIT */
/* What lib/insn calls the instructions that Zydis has a mnemonic for. */
#ifndef TESTS_UNIT_INSN_NAMES_H
#define TESTS_UNIT_INSN_NAMES_H

#include <Zydis/Zydis.h>

#include "lib/insn.h"

/* INSN_REFUSED: not one of those that the decoder claims. */
static inline enum insn_op op_of(ZydisMnemonic mnemonic)
{
	static const struct {
		ZydisMnemonic mnemonic;
		enum insn_op op;
	} ops[] = {
		{ ZYDIS_MNEMONIC_MOV, INSN_MOV },
		{ ZYDIS_MNEMONIC_MOVZX, INSN_MOVZX },
		{ ZYDIS_MNEMONIC_MOVSX, INSN_MOVSX },
		{ ZYDIS_MNEMONIC_MOVSXD, INSN_MOVSX },
		{ ZYDIS_MNEMONIC_MOVBE, INSN_MOVBE },
		{ ZYDIS_MNEMONIC_ADD, INSN_ADD },
		{ ZYDIS_MNEMONIC_OR, INSN_OR },
		{ ZYDIS_MNEMONIC_ADC, INSN_ADC },
		{ ZYDIS_MNEMONIC_SBB, INSN_SBB },
		{ ZYDIS_MNEMONIC_AND, INSN_AND },
		{ ZYDIS_MNEMONIC_SUB, INSN_SUB },
		{ ZYDIS_MNEMONIC_XOR, INSN_XOR },
		{ ZYDIS_MNEMONIC_CMP, INSN_CMP },
		{ ZYDIS_MNEMONIC_TEST, INSN_TEST },
		{ ZYDIS_MNEMONIC_XCHG, INSN_XCHG },
		{ ZYDIS_MNEMONIC_BT, INSN_BT },
		{ ZYDIS_MNEMONIC_IN, INSN_IN },
		{ ZYDIS_MNEMONIC_OUT, INSN_OUT },
		{ ZYDIS_MNEMONIC_INSB, INSN_INS },
		{ ZYDIS_MNEMONIC_INSW, INSN_INS },
		{ ZYDIS_MNEMONIC_INSD, INSN_INS },
		{ ZYDIS_MNEMONIC_OUTSB, INSN_OUTS },
		{ ZYDIS_MNEMONIC_OUTSW, INSN_OUTS },
		{ ZYDIS_MNEMONIC_OUTSD, INSN_OUTS },
		{ ZYDIS_MNEMONIC_MOVSB, INSN_MOVS },
		{ ZYDIS_MNEMONIC_MOVSW, INSN_MOVS },
		{ ZYDIS_MNEMONIC_MOVSD, INSN_MOVS },
		{ ZYDIS_MNEMONIC_MOVSQ, INSN_MOVS },
		{ ZYDIS_MNEMONIC_STOSB, INSN_STOS },
		{ ZYDIS_MNEMONIC_STOSW, INSN_STOS },
		{ ZYDIS_MNEMONIC_STOSD, INSN_STOS },
		{ ZYDIS_MNEMONIC_STOSQ, INSN_STOS },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].mnemonic == mnemonic)
			return ops[i].op;
	return INSN_REFUSED;
}

#endif
