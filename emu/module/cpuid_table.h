/* SPDX-License-Identifier: MIT */
/*
 * The tables of cpuid.c: the leaves that have a value, the rules that make
 * each bit of it, the gates that clear bits when XFAM or ATTRIBUTES lack what
 * they need, and the leaves that the host configures.
 */
#ifndef EMU_MODULE_CPUID_TABLE_H
#define EMU_MODULE_CPUID_TABLE_H

#include "emu/module/cpuid.h"
#include "lib/types.h"

enum cpuid_reg { EAX, EBX, ECX, EDX, REGS };

#define ANY 0xffffffff /* sub-leaf: all */
#define EVERY REGS     /* register: all four */

/* State components of XFAM (SDM, XSAVE-Supported Features). */
#define XFAM_AVX 0x4
#define XFAM_AVX512 0xe0
#define XFAM_PT 0x100
#define XFAM_PKRU 0x200
#define XFAM_CET_U 0x800
#define XFAM_CET 0x1800
#define XFAM_UINTR 0x4000
#define XFAM_LBR 0x8000
#define XFAM_AMX 0x60000
#define XFAM_XCR0 0x602e7 /* components that XCR0 switches */
#define XFAM_XSS 0xd900	  /* components that IA32_XSS switches */

/* A leaf and those of its sub-leaves that have a value. */
struct cpuid_range {
	uint32_t leaf;
	uint32_t last; /* sub-leaf, or ANY where ECX does not matter */
};

struct cpuid_rule {
	uint32_t leaf;
	uint32_t subleaf;
	enum cpuid_reg reg;
	uint32_t fixed;	 /* 1 */
	uint32_t follow; /* 1 on hardware, here as the CPU has it */
	uint32_t native; /* as the CPU has it */
	uint32_t allow;	 /* as the CPU has it, if the host allows it */
	uint32_t config; /* as the host says */
};

struct cpuid_gate {
	uint32_t leaf;
	uint32_t subleaf;
	enum cpuid_reg reg;
	uint32_t bits;
	uint64_t xfam;	     /* all of these, or the bits are 0 */
	uint64_t attributes; /* likewise */
};

struct cpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf;
};

#define CPUID_LEAVES 27
#define CPUID_RULES 58
#define CPUID_GATES 20

/* Ascending. */
extern const struct cpuid_range cpuid_leaves[CPUID_LEAVES];
extern const struct cpuid_rule cpuid_rules[CPUID_RULES];
extern const struct cpuid_gate cpuid_gates[CPUID_GATES];
/* In the order of TD_PARAMS.CPUID_CONFIG. */
extern const struct cpuid_leaf cpuid_configs[TD_CPUID_CONFIGS];

/* Does this sub-leaf of a table cover that one? */
static inline bool cpuid_is_subleaf(uint32_t of_table, uint32_t subleaf)
{
	return of_table == ANY || of_table == subleaf;
}

#endif
