/* SPDX-License-Identifier: MIT */
/* The decoder's tables of opcodes. What they do not name is refused. */
#include "lib/insn_form.h"

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

const struct form insn_one_byte[256] = {
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
	[0xF6] = { INSN_TEST, MODRM | BYTE | IMM8 | GROUP | LOCK },
	[0xF7] = { INSN_TEST, MODRM | IMMZ | GROUP | LOCK },
	[0xFE] = { INSN_INC, MODRM | BYTE | GROUP | LOCK },
	[0xFF] = { INSN_INC, MODRM | GROUP | LOCK },
};

/* After 0F. */
const struct form insn_two_byte[256] = {
	[0xA3] = { INSN_BT, MODRM },
	[0xAB] = { INSN_BTS, MODRM | LOCK },
	[0xB3] = { INSN_BTR, MODRM | LOCK },
	[0xB6] = { INSN_MOVZX, MODRM | LOAD | FROM8 },
	[0xB7] = { INSN_MOVZX, MODRM | LOAD | FROM16 },
	[0xBA] = { INSN_BT, MODRM | IMM8 | GROUP | LOCK },
	[0xBB] = { INSN_BTC, MODRM | LOCK },
	[0xBE] = { INSN_MOVSX, MODRM | LOAD | FROM8 },
	[0xBF] = { INSN_MOVSX, MODRM | LOAD | FROM16 },
};

const struct form insn_movbe[2] = {
	{ INSN_MOVBE, MODRM | LOAD | MEMORY },
	{ INSN_MOVBE, MODRM | MEMORY },
};
