/* SPDX-License-Identifier: MIT */
/*
 * emu/module/tdmr: good regions, and each rule broken by one change to them.
 */
#include "tests/unit/expect.h"

#include "emu/module/tdmr.h"

#define G UINT64_C(0x40000000)
#define M UINT64_C(0x100000)

static const struct cmr_info cmrs[] = {
	{ G, 2 * G }, { 8 * G, 2 * G },
};
static const struct tdmr_memory memory = { cmrs, 2 };

static struct tdmr_info tdmrs[2];

static void reserve(unsigned int tdmr, unsigned int area, uint64_t offset,
		    uint64_t size)
{
	tdmrs[tdmr].reserved[area].offset = offset;
	tdmrs[tdmr].reserved[area].size = size;
}

static void set_pamt(struct tdmr_info *tdmr, uint64_t at)
{
	tdmr->pamt_4k_base = at;
	tdmr->pamt_4k_size = 8 * M;
	tdmr->pamt_2m_base = at + 8 * M;
	tdmr->pamt_2m_size = 0x4000;
	tdmr->pamt_1g_base = at + 9 * M;
	tdmr->pamt_1g_size = 0x1000;
}

/* Two regions of 2 GiB, each with its PAMT in a reserved area of its own. */
static void reset(void)
{
	memset(tdmrs, 0, sizeof(tdmrs));
	tdmrs[0].base = G;
	tdmrs[0].size = 2 * G;
	tdmrs[1].base = 8 * G;
	tdmrs[1].size = 2 * G;
	reserve(0, 0, 0, 16 * M);
	reserve(1, 0, 16 * M, 16 * M);
	set_pamt(&tdmrs[0], G);
	set_pamt(&tdmrs[1], 8 * G + 16 * M);
}

/* Both are judged as TDH.SYS.CONFIG does; then all is as before. */
static void expect_status(uint64_t want, const char *what)
{
	uint64_t got = tdmr_check(&memory, tdmrs, 0);

	if (!got)
		got = tdmr_check(&memory, tdmrs, 1);
	expect_u64(got, want, what);
	reset();
}

static void check_region(void)
{
	expect_status(0, "good");
	tdmrs[0].base += M;
	expect_status(0xc0000a0000000000, "base");
	tdmrs[1].size = 0;
	expect_status(0xc0000a0000000001, "no size");
	tdmrs[1].size = G + M;
	expect_status(0xc0000a0000000001, "size");
	tdmrs[1].size = UINT64_C(1) << 46;
	expect_status(0xc0000a0000000001, "into the key id bits");
	tdmrs[1].base = 2 * G;
	expect_status(0xc0000a0100000001, "not in order");
	tdmrs[0].base = 2 * G;
	expect_status(0xc0000a0200000000, "beyond the memory");
	tdmrs[1].base = 7 * G;
	expect_status(0xc0000a0200000001, "before the memory");
	/* A third GiB takes larger tables. */
	tdmrs[0].size = 3 * G;
	reserve(0, 1, 2 * G, G);
	set_pamt(&tdmrs[0], G);
	tdmrs[0].pamt_4k_size = 12 * M;
	tdmrs[0].pamt_2m_base = G + 12 * M;
	tdmrs[0].pamt_2m_size = 0x6000;
	tdmrs[0].pamt_1g_base = G + 13 * M;
	expect_status(0, "what is beyond is reserved");
}

static void check_reserved(void)
{
	reserve(0, 1, 32 * M + 1, M);
	expect_status(0xc0000a2000000100, "offset");
	reserve(0, 1, 32 * M, 5);
	expect_status(0xc0000a2000000100, "size");
	reserve(0, 1, 2 * G - M, 2 * M);
	expect_status(0xc0000a2000000100, "beyond the region");
	reserve(0, 2, 32 * M, M);
	expect_status(0xc0000a2000000200, "behind the list's end");
	reserve(0, 1, 15 * M, 2 * M);
	expect_status(0xc0000a2100000100, "not in order");
	reserve(0, 1, 16 * M, M);
	expect_status(0, "side by side");
	for (unsigned int i = 1; i < 16; i++)
		reserve(0, i, 16 * M + i * 2 * M, M);
	expect_status(0, "all sixteen");
}

static void check_pamt(void)
{
	tdmrs[0].pamt_4k_size -= 0x1000;
	expect_status(0xc0000a1000000000, "too small");
	tdmrs[0].pamt_2m_size = 0x3000;
	expect_status(0xc0000a1000000100, "of 2 MiB too small");
	tdmrs[1].pamt_1g_base += 8;
	expect_status(0xc0000a1000000201, "of 1 GiB not aligned");
	tdmrs[1].pamt_1g_size = 0;
	expect_status(0xc0000a1000000201, "of 1 GiB missing");
	tdmrs[0].pamt_4k_base = 4 * G;
	expect_status(0xc0000a1100000000, "outside");
	tdmrs[0].pamt_2m_base = G + 17 * M;
	expect_status(0xc0000a1200000100, "where pages are");
	tdmrs[0].pamt_1g_base = G + 8 * M;
	expect_status(0xc0000a1200000200, "two of one region");
	tdmrs[1].pamt_4k_base = G + 4 * M;
	expect_status(0xc0000a1200000001, "of two regions");
	tdmrs[1].pamt_2m_base = 2 * G;
	expect_status(0xc0000a1200000101, "where another region's pages are");
	tdmrs[0].pamt_1g_base = 9 * G;
	expect_status(0xc0000a1200010200, "where a later region's pages are");
}

int main(void)
{
	reset();
	check_region();
	check_reserved();
	check_pamt();
	return expect_result("tdmr");
}
