/* SPDX-License-Identifier: MIT */
/*
 * emu/module/msr_native against a second list: which native MSRs exit, what
 * may be read and written, and that nothing else is in its way.
 */
#include "tests/unit/expect.h"

#include "emu/module/msr_native.h"

struct line {
	uint32_t msr;
	bool read_exits;
	bool may_read;
	uint64_t good, bad;	/* values */
};

static const struct line lines[] = {
	{ 0x48, true, true, 0x5ff, 0x200 },
	{ 0x49, true, false, 1, 2 },
	{ 0x10b, true, false, 1, 0x80 },
	{ 0x175, false, true, 0x00ffffffffffffff, 0x0100000000000000 },
	{ 0x176, false, true, 0xff00000000000000, 0xfe00000000000000 },
	{ 0x277, false, true, 0x0706050401000706, 0x0706050401020706 },
	{ 0x600, true, true, 0, 0x8000000000000000 },
	{ 0x1b01, true, true, 1, 2 },
	{ 0xc0000082, false, true, 0xffffffff80000000, 0x7fffffff80000000 },
	{ 0xc0000100, false, true, 0x7fffffffffff, 0xff0000000000000 },
	{ 0xc0000101, false, true, 0xffff800000000000, 0x8000800000000000 },
	{ 0xc0000102, false, true, 0x800000000000, 0x200000000000000 },
	{ 0xc0000103, false, true, 0xffffffff, 0x100000000 },
};

#define LINES (sizeof(lines) / sizeof(lines[0]))

static const struct line *line_of(uint32_t msr)
{
	for (size_t i = 0; i < LINES; i++)
		if (lines[i].msr == msr)
			return &lines[i];
	return NULL;
}

static void check(uint32_t msr)
{
	const struct line *line = line_of(msr);

	expect_u64(msr_native_exits(msr, true), line != NULL, "write exits");
	expect_u64(msr_native_exits(msr, false), line && line->read_exits,
		   "read exits");
	expect_u64(msr_native_may_read(msr), !line || line->may_read, "read");
	if (!line)
		expect_true(msr_native_may_write(msr, UINT64_MAX), "write");
}

static void check_values(void)
{
	for (size_t i = 0; i < LINES; i++) {
		const struct line *line = &lines[i];

		expect_true(msr_native_may_write(line->msr, 0), "0");
		expect_true(msr_native_may_write(line->msr, line->good),
			    "good");
		expect_true(!msr_native_may_write(line->msr, line->bad),
			    "bad");
	}
}

static void check_kept(void)
{
	struct msr_kept kept = { 1, 2, 3 };

	expect_u64(*msr_native_kept(&kept, 0x48), 1, "SPEC_CTRL");
	expect_u64(*msr_native_kept(&kept, 0x600), 2, "DS_AREA");
	expect_u64(*msr_native_kept(&kept, 0x1b01), 3, "UARCH_MISC_CTL");
	expect_true(!msr_native_kept(&kept, 0x49), "PRED_CMD");
	expect_true(!msr_native_kept(&kept, 0x277), "PAT");
}

int main(void)
{
	for (uint32_t i = 0; i < 0x2000; i++) {
		check(i);
		check(0xc0000000 + i);
	}
	check_values();
	check_kept();
	return expect_result("msr_native");
}
