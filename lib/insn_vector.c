/* SPDX-License-Identifier: MIT */
/*
 * SSE and AVX: the plain moves between a register and memory, nothing else.
 * They differ in what they demand of alignment, which the CPU has checked
 * before anybody decodes them.
 */
#include "lib/insn_form.h"

#define STORE MODRM | MEMORY
#define LOADS MODRM | MEMORY | LOAD

#define NONE [INSN_SIMD_NONE]
#define P66 [INSN_SIMD_66]
#define PF3 [INSN_SIMD_F3]
#define PF2 [INSN_SIMD_F2]

const uint32_t insn_simd[INSN_SIMDS][INSN_SIMD_PREFIXES] = {
	/* MOVUPS, MOVUPD, MOVSS, MOVSD */
	[INSN_SIMD_10] = {
		NONE = INSN_VECTOR | LOADS,
		P66 = INSN_VECTOR | LOADS,
		PF3 = INSN_VECTOR | FROM(4) | LOADS,
		PF2 = INSN_VECTOR | FROM(8) | LOADS,
	},
	[INSN_SIMD_11] = {
		NONE = INSN_VECTOR | STORE,
		P66 = INSN_VECTOR | STORE,
		PF3 = INSN_VECTOR | FROM(4) | STORE,
		PF2 = INSN_VECTOR | FROM(8) | STORE,
	},
	/* MOVAPS, MOVAPD */
	[INSN_SIMD_28] = {
		NONE = INSN_VECTOR | LOADS,
		P66 = INSN_VECTOR | LOADS,
	},
	[INSN_SIMD_29] = {
		NONE = INSN_VECTOR | STORE,
		P66 = INSN_VECTOR | STORE,
	},
	/* MOVNTPS, MOVNTPD */
	[INSN_SIMD_2B] = {
		NONE = INSN_VECTOR | STORE,
		P66 = INSN_VECTOR | STORE,
	},
	/* MOVD, MOVQ */
	[INSN_SIMD_6E] = {
		P66 = INSN_VECTOR | BY_W | LOADS | ONLY_128,
	},
	[INSN_SIMD_7E] = {
		P66 = INSN_VECTOR | BY_W | STORE | ONLY_128,
		PF3 = INSN_VECTOR | FROM(8) | LOADS | ONLY_128,
	},
	[INSN_SIMD_D6] = {
		P66 = INSN_VECTOR | FROM(8) | STORE | ONLY_128,
	},
	/* MOVDQA, MOVDQU */
	[INSN_SIMD_6F] = {
		P66 = INSN_VECTOR | LOADS,
		PF3 = INSN_VECTOR | LOADS,
	},
	[INSN_SIMD_7F] = {
		P66 = INSN_VECTOR | STORE,
		PF3 = INSN_VECTOR | STORE,
	},
	/* LDDQU, MOVNTDQ, MOVNTDQA */
	[INSN_SIMD_F0] = {
		PF2 = INSN_VECTOR | LOADS,
	},
	[INSN_SIMD_E7] = {
		P66 = INSN_VECTOR | STORE,
	},
	[INSN_SIMD_38_2A] = {
		P66 = INSN_VECTOR | LOADS,
	},
	/* MOVNTI: a general register, and never VEX */
	[INSN_SIMD_C3] = {
		NONE = INSN_MOV | STORE,
	},
};
