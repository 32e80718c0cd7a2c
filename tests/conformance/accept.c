/* SPDX-License-Identifier: MIT */
/*
 * Private memory: TDG.MEM.PAGE.ACCEPT, ATTR.RD and ATTR.WR, and what a
 * conversion does to contents. "TDG.MEM.PAGE.*", "Accept semantics" and
 * "MapGPA conversion flow" of the reference.
 */
#include <string.h>

#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define PAGES 16
#define PTE_RW 3

static uint64_t *pages;	/* private, accepted; rules leave them so */
static uint64_t gpa;

static uint64_t accept(uint64_t rcx)
{
	return tdcall3(TDG_MEM_PAGE_ACCEPT, rcx, 0);
}

/* Makes the first count pages private and not accepted. */
static void forget(unsigned int count)
{
	expect_map_gpa(gpa | shared_bit, count * PAGE_SIZE);
	expect_map_gpa(gpa, count * PAGE_SIZE);
}

/* OPERAND_INVALID/RCX whatever the page's state. */
struct accept_row {
	const char *name;
	uint64_t set;
};

static const struct accept_row bad_accepts[] = {
	{ "accept.level_2", 2 },
	{ "accept.level_3", 3 },
	{ "accept.level_7", 7 },
	{ "accept.reserved_bit_3", BIT(3) },
	{ "accept.reserved_bit_7", BIT(7) },
	{ "accept.reserved_bit_11", BIT(11) },
	{ "accept.reserved_bit_52", BIT(52) },
	{ "accept.reserved_bit_63", BIT(63) },
};

static void check_bad_accepts(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_accepts); i++) {
		rule_begin(bad_accepts[i].name);
		expect("accepted page", accept(gpa | bad_accepts[i].set),
		       OPERAND_INVALID(ID_RCX));
	}
}

static void accept_shared_bit(void)
{
	expect("RAX", accept(gpa | shared_bit), OPERAND_INVALID(ID_RCX));
}

static void accept_beyond_width(void)
{
	for (uint64_t bit = 2 * shared_bit; bit; bit *= 2)
		expect("RAX", accept(gpa | bit), OPERAND_INVALID(ID_RCX));
}

static void accept_2m_unaligned(void)
{
	expect("RAX", accept((gpa & ~(PAGE_SIZE_2M - 1)) + PAGE_SIZE + 1),
	       OPERAND_INVALID(ID_RCX));
}

static void accept_success(void)
{
	struct trial before;
	struct trial after;

	forget(1);
	trial_fill(&before);
	before.gpr[RAX] = TDG_MEM_PAGE_ACCEPT;
	before.gpr[RCX] = gpa;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX));
	expect("offset", after.offset, 4);
}

static bool is_zero(const uint64_t *page)
{
	for (size_t i = 0; i < PAGE_SIZE / 8; i++)
		if (page[i])
			return false;
	return true;
}

static void accept_zeroes(void)
{
	memset(pages, 0xA5, 2 * PAGE_SIZE);
	forget(2);
	expect("RAX", accept(gpa), 0);
	expect("RAX", accept(gpa + PAGE_SIZE), 0);
	expect_true("zero", is_zero(pages) && is_zero(pages + 512));
}

static void accept_twice(void)
{
	struct trial before;
	struct trial after;

	pages[7] = 0x1234;
	trial_fill(&before);
	before.gpr[RAX] = TDG_MEM_PAGE_ACCEPT;
	before.gpr[RCX] = gpa;
	after = before;
	expect("RAX", trial_tdcall(&after), PAGE_ALREADY_ACCEPTED);
	expect_kept(&before, &after, BIT(RAX));
	expect("contents", pages[7], 0x1234);
}

/* KVM maps 4 KiB: a 2 MiB page is a table of smaller ones. */
static void accept_2m_mismatch(void)
{
	expect("RAX", accept((gpa & ~(PAGE_SIZE_2M - 1)) | 1),
	       PAGE_SIZE_MISMATCH | 1);
}

/* A page of the firmware's sections was added, not accepted. */
static void accept_added_page(void)
{
	expect("RAX", accept(0xFFFFF000), PAGE_ALREADY_ACCEPTED);
}

/* MapGPA conversion: nothing survives, in either direction. */
static void private_to_shared_loses(void)
{
	const uint64_t *shared;

	memset(pages, 0x5A, PAGE_SIZE);
	expect_map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (const uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	for (size_t i = 0; i < PAGE_SIZE / 8; i++)
		expect_true("the secret is gone",
			    shared[i] != 0x5A5A5A5A5A5A5A5A);
	expect_map_gpa(gpa, PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
	expect_true("zero", is_zero(pages));
}

static void shared_to_private_loses(void)
{
	uint64_t *shared;

	expect_map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	shared[3] = 0x77;
	expect("shared", shared[3], 0x77);
	expect_map_gpa(gpa, PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
	expect("private", pages[3], 0);
}

/* Accepting what never was used: the host adds the page meanwhile. */
static void accept_free_page(void)
{
	forget(PAGES);
	for (unsigned int i = 0; i < PAGES; i++)
		expect("RAX", accept(gpa + i * PAGE_SIZE), 0);
	for (unsigned int i = 0; i < PAGES; i++)
		expect_true("zero", is_zero(pages + i * 512));
}

/* The shared alias of a shared page, and sharing it twice. */
static void shared_stays(void)
{
	uint64_t *shared;

	expect_map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	shared[0] = 1;
	expect_map_gpa((gpa + PAGE_SIZE) | shared_bit, PAGE_SIZE);
	expect("the neighbour's conversion", shared[0], 1);
	expect_map_gpa(gpa, 2 * PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
	expect("ACCEPT", accept(gpa + PAGE_SIZE), 0);
}

/* TDG.MEM.PAGE.ATTR.RD. */
static struct trial attr(uint64_t leaf, uint64_t rcx, uint64_t rdx,
			 uint64_t r8)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = leaf;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = rdx;
	trial.gpr[R8] = r8;
	trial_tdcall(&trial);
	return trial;
}

static void attr_rd_mapped(void)
{
	struct trial got = attr(TDG_MEM_PAGE_ATTR_RD, gpa, 0, 0);

	expect("RAX", got.gpr[RAX], 0);
	expect("RCX", got.gpr[RCX], gpa);
	expect("R, W, X of L1, VALID", got.gpr[RDX] & 0x8007, 0x8007);
	expect("no L2 VMs", got.gpr[RDX] >> 16, 0);
}

static void attr_rd_low_bits_ignored(void)
{
	struct trial got = attr(TDG_MEM_PAGE_ATTR_RD, gpa | 0xFFF, 0, 0);

	expect("RAX", got.gpr[RAX], 0);
	expect("RCX", got.gpr[RCX], gpa);
}

static void attr_rd_shared(void)
{
	struct trial got = attr(TDG_MEM_PAGE_ATTR_RD, gpa | shared_bit, 0, 0);

	expect("RAX", got.gpr[RAX], OPERAND_INVALID(ID_RCX));
	expect("RCX", got.gpr[RCX], 0);
	expect("RDX", got.gpr[RDX], 0);
}

static void attr_wr_l1_rdx(void)
{
	struct trial got = attr(TDG_MEM_PAGE_ATTR_WR, BIT(63), 1, 0);

	expect("RAX", got.gpr[RAX], OPERAND_INVALID(ID_RDX));
	expect("RCX", got.gpr[RCX], 0);
	expect("RDX", got.gpr[RDX], 0);
}

static void attr_wr_l1_r8(void)
{
	expect("RAX", attr(TDG_MEM_PAGE_ATTR_WR, BIT(63), 0, 1).gpr[RAX],
	       OPERAND_INVALID(ID_R8));
}

static void attr_wr_no_l2(void)
{
	expect("RDX", attr(TDG_MEM_PAGE_ATTR_WR, gpa, 1 << 16, 0).gpr[RAX],
	       OPERAND_INVALID(ID_RDX));
	expect("R8", attr(TDG_MEM_PAGE_ATTR_WR, gpa, 0, 1 << 16).gpr[RAX],
	       OPERAND_INVALID(ID_R8));
}

static void attr_wr_rcx(void)
{
	expect("shared",
	       attr(TDG_MEM_PAGE_ATTR_WR, gpa | shared_bit, 0, 0).gpr[RAX],
	       OPERAND_INVALID(ID_RCX));
	expect("level 3", attr(TDG_MEM_PAGE_ATTR_WR, gpa | 3, 0, 0).gpr[RAX],
	       OPERAND_INVALID(ID_RCX));
}

static const struct rule rules[] = {
	{ "accept.shared_bit", accept_shared_bit },
	{ "accept.beyond_width", accept_beyond_width },
	{ "accept.2m_unaligned", accept_2m_unaligned },
	{ "accept.success", accept_success },
	{ "accept.zeroes", accept_zeroes },
	{ "accept.twice", accept_twice },
	{ "accept.2m_mismatch", accept_2m_mismatch },
	{ "accept.added_page", accept_added_page },
	{ "accept.free_page", accept_free_page },
	{ "convert.private_to_shared_loses", private_to_shared_loses },
	{ "convert.shared_to_private_loses", shared_to_private_loses },
	{ "convert.neighbour_stays", shared_stays },
	{ "attr_rd.mapped", attr_rd_mapped },
	{ "attr_rd.low_bits_ignored", attr_rd_low_bits_ignored },
	{ "attr_rd.shared", attr_rd_shared },
	{ "attr_wr.l1_rdx", attr_wr_l1_rdx },
	{ "attr_wr.l1_r8", attr_wr_l1_r8 },
	{ "attr_wr.no_l2", attr_wr_no_l2 },
	{ "attr_wr.rcx", attr_wr_rcx },
};

int main(void)
{
	trial_init();
	pages = page_alloc(PAGES);
	gpa = page_pa(pages);
	check_bad_accepts();
	RULES_CHECK(rules);
	return rules_verdict();
}
