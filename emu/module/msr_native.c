/* SPDX-License-Identifier: MIT */
#include "emu/module/msr_native.h"

#include "lib/compiler.h"

/* What the CPU wants of a value. */
enum check {
	LEGAL_BITS,
	CANONICAL,
	MEMORY_TYPES,
};

/*
 * CPUID.7.2:EDX makes bits of SPEC_CTRL legal, of which every CPU with TDX has
 * these; DDPD_U (8) is hidden, not refused, where a TD has it not.
 */
static const struct row {
	uint32_t msr;
	enum check check;
	uint64_t legal;
	bool is_write_only;
} rows[] = {
	{ MSR_IA32_SPEC_CTRL, LEGAL_BITS, 0x5ff, false },
	{ 0x49, LEGAL_BITS, 1, true },		/* PRED_CMD */
	{ 0x10b, LEGAL_BITS, 1, true },		/* FLUSH_CMD */
	{ 0x175, CANONICAL, 0, false },		/* SYSENTER_ESP */
	{ 0x176, CANONICAL, 0, false },		/* SYSENTER_EIP */
	{ 0x277, MEMORY_TYPES, 0, false },	/* PAT */
	{ MSR_IA32_DS_AREA, CANONICAL, 0, false },
	{ MSR_IA32_UARCH_MISC_CTL, LEGAL_BITS, 1, false },
	{ 0xc0000082, CANONICAL, 0, false },	/* LSTAR */
	{ 0xc0000100, CANONICAL, 0, false },	/* FS_BASE */
	{ 0xc0000101, CANONICAL, 0, false },	/* GS_BASE */
	{ 0xc0000102, CANONICAL, 0, false },	/* KERNEL_GS_BASE */
	{ 0xc0000103, LEGAL_BITS, UINT32_MAX, false },	/* TSC_AUX */
};

static const struct row *find(uint32_t msr)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].msr == msr)
			return &rows[i];
	return NULL;
}

/* By the widest addresses that the CPU has, whatever CR4.LA57: 57 bits. */
static bool is_canonical(uint64_t value)
{
	return value >> 56 == 0 || value >> 56 == 0xff;
}

/* Eight types: UC, WC, WT, WP, WB, UC-. */
static bool are_memory_types(uint64_t value)
{
	for (; value; value >>= 8)
		if ((value & 0xff) > 7 || (value & 0xfe) == 2)
			return false;
	return true;
}

bool msr_native_exits(uint32_t msr, bool is_write)
{
	struct msr_kept kept;

	return find(msr) && (is_write || !msr_native_may_read(msr) ||
			     msr_native_kept(&kept, msr));
}

bool msr_native_may_read(uint32_t msr)
{
	const struct row *row = find(msr);

	return !row || !row->is_write_only;
}

bool msr_native_may_write(uint32_t msr, uint64_t value)
{
	const struct row *row = find(msr);

	if (!row)
		return true;
	switch (row->check) {
	case LEGAL_BITS:
		return !(value & ~row->legal);
	case CANONICAL:
		return is_canonical(value);
	case MEMORY_TYPES:
		return are_memory_types(value);
	}
	return false;
}

uint64_t *msr_native_kept(struct msr_kept *kept, uint32_t msr)
{
	switch (msr) {
	case MSR_IA32_SPEC_CTRL:
		return &kept->spec_ctrl;
	case MSR_IA32_DS_AREA:
		return &kept->ds_area;
	case MSR_IA32_UARCH_MISC_CTL:
		return &kept->uarch_misc_ctl;
	default:
		return NULL;
	}
}
