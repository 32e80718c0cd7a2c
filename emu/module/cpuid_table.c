/* SPDX-License-Identifier: MIT */
/*
 * CPUID of a TD: the tables, after module 1.5.01.
 *
 * Approximated: "follow" bits are 1 on every CPU that the module supports.
 * QEMU's TCG so far lacks PCID, VME, INVPCID, SHA, MOVDIRI, MOVDIR64B, XSAVEC,
 * XSAVES and the x87 changes of 7.0 EBX 6 and 13. Its family, model and
 * stepping (1 EAX) are not those of such a CPU either, unless QEMU is told.
 */
#include "emu/module/cpuid_table.h"

#include "arch/x86/tdx/abi.h"

#define ONES 0xffffffff

/* MOD, CPUID Virtualization: every leaf that has a value, ascending. */
const struct cpuid_range cpuid_leaves[CPUID_LEAVES] = {
	{ 0x0, ANY }, { 0x1, ANY }, { 0x3, ANY }, { 0x4, 4 }, { 0x5, ANY },
	{ 0x7, 2 }, { 0x8, ANY }, { 0xa, ANY }, { 0xd, 18 }, { 0xe, ANY },
	{ 0x11, ANY }, { 0x12, ANY }, { 0x13, ANY }, { 0x14, 1 },
	{ 0x15, ANY }, { 0x19, ANY }, { 0x1c, ANY }, { 0x1d, 1 },
	{ 0x1e, ANY }, { 0x20, ANY }, { 0x21, 0 }, { 0x22, ANY }, { 0x23, 3 },
	{ 0x80000000, ANY }, { 0x80000001, ANY }, { 0x80000007, ANY },
	{ 0x80000008, ANY },
};

/*
 * Bits in no column are 0. TSC-deadline and HTT (1 ECX 24, EDX 28) are the
 * host's alone: it provides the timer, and no instruction goes with them.
 */
const struct cpuid_rule cpuid_rules[CPUID_RULES] = {
	{ 0x0, ANY, EAX, TD_CPUID_LAST_BASIC, 0, 0, 0, 0 },
	{ 0x0, ANY, EBX, 0x756e6547, 0, 0, 0, 0 },
	{ 0x0, ANY, ECX, 0x6c65746e, 0, 0, 0, 0 },
	{ 0x0, ANY, EDX, 0x49656e69, 0, 0, 0, 0 },
	{ 0x1, ANY, EAX, 0, 0, 0x0fff3fff, 0, 0x0fff3fff },
	{ 0x1, ANY, EBX, 0x00000800, 0, 0, 0, 0x00ff0000 },
	{ 0x1, ANY, ECX, 0x80208014, 0x46da2203, 0x00001000, 0x30044d88,
	  0x01000000 },
	{ 0x1, ANY, EDX, 0x00205280, 0x0789a97f, 0, 0xa8440000, 0x10000000 },
	{ 0x4, 0, EAX, 0, 0, 0, 0, 0xffffc3ff },
	{ 0x4, 0, EBX, 0x3f, 0, 0, 0, 0xfffff000 },
	{ 0x4, 0, ECX, 0, 0, 0, 0, ONES },
	{ 0x4, 0, EDX, 0, 0, 0, 0, 0xfffffffb },
	{ 0x4, 1, EAX, 0, 0, 0, 0, 0xffffc3ff },
	{ 0x4, 1, EBX, 0x3f, 0, 0, 0, 0xfffff000 },
	{ 0x4, 1, ECX, 0, 0, 0, 0, ONES },
	{ 0x4, 1, EDX, 0, 0, 0, 0, 0xfffffffb },
	{ 0x4, 2, EAX, 0, 0, 0, 0, 0xffffc3ff },
	{ 0x4, 2, EBX, 0x3f, 0, 0, 0, 0xfffff000 },
	{ 0x4, 2, ECX, 0, 0, 0, 0, ONES },
	{ 0x4, 2, EDX, 0, 0, 0, 0, 0xfffffffb },
	{ 0x4, 3, EAX, 0, 0, 0, 0, 0xffffc3ff },
	{ 0x4, 3, EBX, 0x3f, 0, 0, 0, 0xfffff000 },
	{ 0x4, 3, ECX, 0, 0, 0, 0, ONES },
	{ 0x4, 3, EDX, 0, 0, 0, 0, 0x7 },
	{ 0x5, ANY, EVERY, 0, 0, ONES, 0, 0 },
	{ 0x7, 0, EAX, 2, 0, 0, 0, 0 },
	{ 0x7, 0, EBX, 0, 0x219424c1, 0x02000020, 0xdc2b9b18, 0 },
	{ 0x7, 0, ECX, 0x01000000, 0x18000000, 0x8000008a, 0x02417f65, 0 },
	{ 0x7, 0, EDX, 0xfc000400, 0, 0x03d80020, 0x0005411c, 0 },
	{ 0x7, 1, EAX, 0, 0, 0, 0x1d30, 0 },
	{ 0x7, 2, EDX, 0x17, 0, 0, 0x28, 0 },
	{ 0xa, ANY, EVERY, 0, 0, ONES, 0, 0 },
	{ 0xd, 0, EAX, 0x3, 0, XFAM_XCR0, 0, 0 },
	{ 0xd, 1, EAX, 0, 0xf, 0x10, 0, 0 },
	{ 0xd, 1, ECX, 0, 0, XFAM_XSS, 0, 0 },
	{ 0x14, ANY, EVERY, 0, 0, ONES, 0, 0 },
	{ 0x15, ANY, EAX, 1, 0, 0, 0, 0 },
	{ 0x15, ANY, ECX, TDX_CRYSTAL_HZ, 0, 0, 0, 0 },
	{ 0x1c, ANY, EAX, 0, 0, 0xffffff00, 0xff, 0 },
	{ 0x1c, ANY, EBX, 0, 0, ONES, 0, 0 },
	{ 0x1c, ANY, ECX, 0, 0, ONES, 0, 0 },
	{ 0x1c, ANY, EDX, 0, 0, ONES, 0, 0 },
	{ 0x1d, ANY, EVERY, 0, 0, ONES, 0, 0 },
	{ 0x1e, ANY, EVERY, 0, 0, ONES, 0, 0 },
	{ 0x21, 0, EBX, TDX_CPUID_EBX, 0, 0, 0, 0 },
	{ 0x21, 0, ECX, TDX_CPUID_ECX, 0, 0, 0, 0 },
	{ 0x21, 0, EDX, TDX_CPUID_EDX, 0, 0, 0, 0 },
	{ 0x23, 0, EAX, 0, 0, 0, 0xf, 0 },
	{ 0x23, 0, EBX, 0, 0, ONES, 0, 0 },
	{ 0x23, 1, EAX, 0, 0, ONES, 0, 0 },
	{ 0x23, 1, EBX, 0, 0, ONES, 0, 0 },
	{ 0x23, 3, EAX, 0, 0, ONES, 0, 0 },
	{ 0x80000000, ANY, EAX, TD_CPUID_LAST_EXTENDED, 0, 0, 0, 0 },
	{ 0x80000001, ANY, ECX, 0x100, 0x21, 0, 0, 0 },
	{ 0x80000001, ANY, EDX, 0, 0x2c100000, 0, 0, 0 },
	{ 0x80000007, ANY, EDX, 0x100, 0, 0, 0, 0 },
	{ 0x80000008, ANY, EAX, 0x34, 0, 0, 0, 0 },
	{ 0x80000008, ANY, EBX, 0, 0, 0, 0x200, 0 },
};

const struct cpuid_gate cpuid_gates[CPUID_GATES] = {
	{ 0x1, ANY, ECX, 0x30001000, XFAM_AVX, 0 },
	{ 0x7, 0, EBX, 0x00000020, XFAM_AVX, 0 },
	{ 0x7, 0, EBX, 0x02000000, XFAM_PT, 0 },
	{ 0x7, 0, EBX, 0xdc230000, XFAM_AVX512, 0 },
	{ 0x7, 0, ECX, 0x00005842, XFAM_AVX512, 0 },
	{ 0x7, 0, ECX, 0x00000008, XFAM_PKRU, 0 },
	{ 0x7, 0, ECX, 0x00000080, XFAM_CET_U, 0 },
	{ 0x7, 0, ECX, 0x00000600, XFAM_AVX, 0 },
	{ 0x7, 0, ECX, 0x80000000, 0, TDX_ATTRIBUTES_PKS },
	{ 0x7, 0, EDX, 0x0080010c, XFAM_AVX512, 0 },
	{ 0x7, 0, EDX, 0x00000020, XFAM_UINTR, 0 },
	{ 0x7, 0, EDX, 0x00080000, XFAM_LBR, 0 },
	{ 0x7, 0, EDX, 0x00100000, XFAM_CET, 0 },
	{ 0x7, 0, EDX, 0x03400000, XFAM_AMX, 0 },
	{ 0x7, 1, EAX, 0x00000030, XFAM_AVX512, 0 },
	{ 0xa, ANY, EVERY, ONES, 0, TDX_ATTRIBUTES_PERFMON },
	{ 0xd, 1, EAX, 0x00000010, XFAM_AMX, 0 },
	{ 0x14, ANY, EVERY, ONES, XFAM_PT, 0 },
	{ 0x1c, ANY, EVERY, ONES, XFAM_LBR, 0 },
	{ 0x1d, ANY, EVERY, ONES, XFAM_AMX, 0 },
};

const struct cpuid_leaf cpuid_configs[TD_CPUID_CONFIGS] = {
	{ 0x1, ANY },
	{ 0x4, 0 },
	{ 0x4, 1 },
	{ 0x4, 2 },
	{ 0x4, 3 },
	{ 0x7, 0 },
	{ 0x7, 1 },
	{ 0xa, ANY },
	{ 0x1c, ANY },
	{ 0x80000008, ANY },
	{ 0x7, 2 },
	{ 0x23, 0 },
};
