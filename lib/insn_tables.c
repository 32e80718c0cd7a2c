/* SPDX-License-Identifier: MIT */
/* The decoder's tables of opcodes. What they do not name is refused. */
#include "lib/insn_form.h"

#define ARITHMETIC(opcode, op, lock)                  \
	[(opcode) + 0] = op | MODRM | BYTE | (lock),  \
	[(opcode) + 1] = op | MODRM | (lock),         \
	[(opcode) + 2] = op | MODRM | BYTE | LOAD,    \
	[(opcode) + 3] = op | MODRM | LOAD

#define REXES(first)                           \
	[(first) + 0] = PREFIX_OF(0) | REX,    \
	[(first) + 1] = PREFIX_OF(0) | REX,    \
	[(first) + 2] = PREFIX_OF(0) | REX,    \
	[(first) + 3] = PREFIX_OF(0) | REX

/* Of one opcode: what it does with its operand is ModRM.reg's to say. */
#define GROUP_OF(opcode) INSN_GROUP_##opcode | GROUP
#define SIMD_OF(opcode) INSN_SIMD_##opcode | SIMD

const uint32_t insn_one_byte[256] = {
	ARITHMETIC(0x00, INSN_ADD, LOCK),
	ARITHMETIC(0x08, INSN_OR, LOCK),
	ARITHMETIC(0x10, INSN_ADC, LOCK),
	ARITHMETIC(0x18, INSN_SBB, LOCK),
	ARITHMETIC(0x20, INSN_AND, LOCK),
	ARITHMETIC(0x28, INSN_SUB, LOCK),
	ARITHMETIC(0x30, INSN_XOR, LOCK),
	ARITHMETIC(0x38, INSN_CMP, 0),
	/* These mean nothing in 64-bit mode. */
	[0x26] = PREFIX_OF(0),
	[0x2E] = PREFIX_OF(0),
	[0x36] = PREFIX_OF(0),
	[0x3E] = PREFIX_OF(0),
	REXES(0x40),
	REXES(0x44),
	REXES(0x48),
	REXES(0x4C),
	[0x63] = INSN_MOVSX | FROM(4) | MODRM | LOAD,
	[0x64] = PREFIX_OF(INSN_HAS_SEGMENT) | SEGMENT(INSN_SEGMENT_FS),
	[0x65] = PREFIX_OF(INSN_HAS_SEGMENT) | SEGMENT(INSN_SEGMENT_GS),
	[0x66] = PREFIX_OF(INSN_HAS_66),
	[0x67] = PREFIX_OF(INSN_HAS_67),
	[0x6C] = INSN_INS | RDI | PORT | BYTE,
	[0x6D] = INSN_INS | RDI | PORT,
	[0x6E] = INSN_OUTS | RSI | PORT | BYTE | LOAD,
	[0x6F] = INSN_OUTS | RSI | PORT | LOAD,
	[0x80] = GROUP_OF(80),
	[0x81] = GROUP_OF(81),
	[0x83] = GROUP_OF(83),
	[0x84] = INSN_TEST | MODRM | BYTE,
	[0x85] = INSN_TEST | MODRM,
	[0x86] = INSN_XCHG | MODRM | BYTE | LOCK,
	[0x87] = INSN_XCHG | MODRM | LOCK,
	[0x88] = INSN_MOV | MODRM | BYTE,
	[0x89] = INSN_MOV | MODRM,
	[0x8A] = INSN_MOV | MODRM | BYTE | LOAD,
	[0x8B] = INSN_MOV | MODRM | LOAD,
	[0xA0] = INSN_MOV | MOFFS | BYTE | LOAD,
	[0xA1] = INSN_MOV | MOFFS | LOAD,
	[0xA2] = INSN_MOV | MOFFS | BYTE,
	[0xA3] = INSN_MOV | MOFFS,
	[0xA4] = INSN_MOVS | RSI | BYTE,
	[0xA5] = INSN_MOVS | RSI,
	[0xAA] = INSN_STOS | RDI | BYTE,
	[0xAB] = INSN_STOS | RDI,
	[0xC6] = GROUP_OF(C6),
	[0xC7] = GROUP_OF(C7),
	[0xE4] = INSN_IN | PORT | BYTE | IMM8 | LOAD,
	[0xE5] = INSN_IN | PORT | IMM8 | LOAD,
	[0xE6] = INSN_OUT | PORT | BYTE | IMM8,
	[0xE7] = INSN_OUT | PORT | IMM8,
	[0xEC] = INSN_IN | PORT | BYTE | LOAD,
	[0xED] = INSN_IN | PORT | LOAD,
	[0xEE] = INSN_OUT | PORT | BYTE,
	[0xEF] = INSN_OUT | PORT,
	[0xF0] = PREFIX_OF(INSN_HAS_LOCK),
	[0xF2] = PREFIX_OF(0) | REPEAT(INSN_REPEAT_REPNE),
	[0xF3] = PREFIX_OF(0) | REPEAT(INSN_REPEAT_REP),
	[0xF6] = GROUP_OF(F6),
	[0xF7] = GROUP_OF(F7),
	[0xFE] = GROUP_OF(FE),
	[0xFF] = GROUP_OF(FF),
};

/* After 0F. */
const uint32_t insn_two_byte[256] = {
	[0x10] = SIMD_OF(10),
	[0x11] = SIMD_OF(11),
	[0x28] = SIMD_OF(28),
	[0x29] = SIMD_OF(29),
	[0x2B] = SIMD_OF(2B),
	[0x6E] = SIMD_OF(6E),
	[0x6F] = SIMD_OF(6F),
	[0x7E] = SIMD_OF(7E),
	[0x7F] = SIMD_OF(7F),
	[0xA3] = INSN_BT | MODRM,
	[0xAB] = INSN_BTS | MODRM | LOCK,
	[0xB3] = INSN_BTR | MODRM | LOCK,
	[0xB6] = INSN_MOVZX | FROM(1) | MODRM | LOAD,
	[0xB7] = INSN_MOVZX | FROM(2) | MODRM | LOAD,
	[0xBA] = GROUP_OF(0FBA),
	[0xBB] = INSN_BTC | MODRM | LOCK,
	[0xBE] = INSN_MOVSX | FROM(1) | MODRM | LOAD,
	[0xBF] = INSN_MOVSX | FROM(2) | MODRM | LOAD,
	[0xC3] = SIMD_OF(C3),
	[0xD6] = SIMD_OF(D6),
	[0xE7] = SIMD_OF(E7),
	[0xF0] = SIMD_OF(F0),
};

const uint32_t insn_movbe[2] = {
	INSN_MOVBE | MODRM | LOAD | MEMORY,
	INSN_MOVBE | MODRM | MEMORY,
};

#define ADD_TO_CMP(flags)                          \
	{                                          \
		INSN_ADD | (flags) | LOCK,    \
		INSN_OR | (flags) | LOCK,     \
		INSN_ADC | (flags) | LOCK,    \
		INSN_SBB | (flags) | LOCK,    \
		INSN_AND | (flags) | LOCK,    \
		INSN_SUB | (flags) | LOCK,    \
		INSN_XOR | (flags) | LOCK,    \
		INSN_CMP | flags,             \
	}
#define TEST_NOT_NEG(byte, immediate)                    \
	{                                                \
		[0] = INSN_TEST | (byte) | (immediate), \
		[2] = INSN_NOT | (byte) | LOCK,       \
		[3] = INSN_NEG | (byte) | LOCK,       \
	}
#define INC_DEC(byte) \
	{ INSN_INC | (byte) | LOCK, INSN_DEC | (byte) | LOCK }

const uint32_t insn_groups[INSN_GROUPS][8] = {
	[INSN_GROUP_80] = ADD_TO_CMP(MODRM | BYTE | IMM8),
	[INSN_GROUP_81] = ADD_TO_CMP(MODRM | IMMZ),
	[INSN_GROUP_83] = ADD_TO_CMP(MODRM | IMM8),
	[INSN_GROUP_C6] = { INSN_MOV | MODRM | BYTE | IMM8 },
	[INSN_GROUP_C7] = { INSN_MOV | MODRM | IMMZ },
	[INSN_GROUP_F6] = TEST_NOT_NEG(MODRM | BYTE, IMM8),
	[INSN_GROUP_F7] = TEST_NOT_NEG(MODRM, IMMZ),
	[INSN_GROUP_FE] = INC_DEC(MODRM | BYTE),
	[INSN_GROUP_FF] = INC_DEC(MODRM),
	[INSN_GROUP_0FBA] = {
		[4] = INSN_BT | MODRM | IMM8,
		[5] = INSN_BTS | MODRM | IMM8 | LOCK,
		[6] = INSN_BTR | MODRM | IMM8 | LOCK,
		[7] = INSN_BTC | MODRM | IMM8 | LOCK,
	},
};

#define EIGHT(a, b, c) a, a, a, a, b, c, a, a
#define EIGHTS(a, b, c)                                       \
	EIGHT(a, b, c), EIGHT(a, b, c), EIGHT(a, b, c), EIGHT(a, b, c), \
	EIGHT(a, b, c), EIGHT(a, b, c), EIGHT(a, b, c), EIGHT(a, b, c)
#define R INSN_MODRM_REGISTER

const uint8_t insn_modrm[256] = {
	EIGHTS(INSN_MODRM_BASE, INSN_MODRM_ADDRESS, INSN_MODRM_ADDRESS),
	EIGHTS(INSN_MODRM_BASE_8, INSN_MODRM_ADDRESS, INSN_MODRM_BASE_8),
	EIGHTS(INSN_MODRM_BASE_32, INSN_MODRM_ADDRESS, INSN_MODRM_BASE_32),
	EIGHTS(R, R, R),
};
