/* SPDX-License-Identifier: MIT */
/*
 * CPUID as a TD sees it (MOD, CPUID Virtualization), of module 1.5.01: which
 * leaves have a value and which raise #VE, and each value, bit by bit, from
 * the CPU's own, from TD_PARAMS and from the vCPU's state. Pure: no state of
 * its own.
 *
 * Where the CPU beneath is not one that the module supports (QEMU's TCG), a
 * bit that stands for an instruction or a control bit which that CPU does not
 * have stays 0, although every supported CPU has it: cpuid_table.c, column
 * "follow".
 */
#ifndef EMU_MODULE_CPUID_H
#define EMU_MODULE_CPUID_H

#include "lib/compiler.h"
#include "lib/types.h"

#define TD_CPUID_LAST_BASIC 0x23
#define TD_CPUID_LAST_EXTENDED 0x80000008

/* Entries of TD_PARAMS.CPUID_CONFIG, in the module's order. */
#define TD_CPUID_CONFIGS 12
/* Bytes of the VP field CPUID_CONTROL. */
#define TD_CPUID_CONTROLS 128

struct cpuid_regs {
	uint32_t eax;
	uint32_t ebx;
	uint32_t ecx;
	uint32_t edx;
};

ASSERT_FIELD(struct cpuid_regs, eax, 0, 4);
ASSERT_FIELD(struct cpuid_regs, ebx, 4, 4);
ASSERT_FIELD(struct cpuid_regs, ecx, 8, 4);
ASSERT_FIELD(struct cpuid_regs, edx, 12, 4);
ASSERT_SIZE(struct cpuid_regs, 16);

struct td_cpuid_context {
	/* The CPU's own answer; asked only for leaves that the CPU has. */
	void (*native)(uint32_t leaf, uint32_t subleaf, struct cpuid_regs *out);
	/*
	 * CMPXCHG16B is whole: false on QEMU before 8, whose TCG leaves wrong
	 * flags behind it; CPUID.1:ECX[13] is then 0, which no real TD shows.
	 */
	bool has_cx16;

	/* Of the TD. */
	const struct cpuid_regs *config; /* TD_CPUID_CONFIGS values */
	uint64_t attributes;
	uint64_t xfam;
	uint16_t tsc_frequency; /* in 25 MHz */

	/* Of the vCPU; cr4 as the guest reads it. */
	uint32_t vcpu_index;
	uint64_t cr4;
	uint64_t xcr0;
	uint64_t xss;
	bool is_64bit;	     /* CPUID is executed in 64-bit mode */
	bool is_tsx_cleared; /* IA32_TSX_CTRL.TSX_CPUID_CLEAR */
	unsigned int cpl;
	unsigned int cpuid_ve; /* TDG.VP.CPUIDVE.SET: 0 supervisor, 1 user */
	const uint8_t *control;	/* CPUID_CONTROL, or NULL for all zero */
};

enum td_cpuid_result {
	TD_CPUID_VALUE, /* *out is what the guest's registers get */
	TD_CPUID_VE,	/* #VE 10; *out is zero */
};

/* What CPUID with EAX = leaf and ECX = subleaf does in the TD. */
must_check enum td_cpuid_result td_cpuid(const struct td_cpuid_context *context,
					 uint32_t leaf, uint32_t subleaf,
					 struct cpuid_regs *out);

/* The same without regard to requests for #VE; zero where there is no value. */
struct cpuid_regs td_cpuid_value(const struct td_cpuid_context *context,
				 uint32_t leaf, uint32_t subleaf);

/*
 * Entry number of a leaf: the index into CPUID_CONTROL. Negative: no entry.
 * The order (ascending) is this implementation's; a module has its own.
 */
int td_cpuid_entry(uint32_t leaf, uint32_t subleaf);

/* The opposite: entry number entry < TD_CPUID_ENTRIES. */
#define TD_CPUID_ENTRIES 56
#define TD_CPUID_NO_SUBLEAF 0xffffffff /* it has one value for all */
struct td_cpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf;
};
struct td_cpuid_leaf td_cpuid_entry_leaf(unsigned int entry);

/* The leaf of CPUID_CONFIG value number index < TD_CPUID_CONFIGS. */
void td_cpuid_config_leaf(unsigned int index, uint32_t *leaf,
			  uint32_t *subleaf);
/* Which bits of it the host may set (TDH.SYS.RD, CPUID_CONFIG_VALUES). */
struct cpuid_regs td_cpuid_config_mask(unsigned int index);

/*
 * TDH.MNG.INIT's check of context->config: TD_CPUID_CONFIGS_LEGAL, or the
 * number of the first value that OPERAND_INVALID | CPUID_CONFIG is about, or
 * TD_CPUID_CONFIGS_TSX: HLE and RTM differ, which names no leaf.
 */
#define TD_CPUID_CONFIGS_LEGAL TD_CPUID_CONFIGS
#define TD_CPUID_CONFIGS_TSX (TD_CPUID_CONFIGS + 1)
must_check unsigned int
td_cpuid_config_check(const struct td_cpuid_context *context);

#endif
