/* SPDX-License-Identifier: MIT */
/*
 * Private and shared memory: TDG.MEM.PAGE.ACCEPT, ATTR.RD and ATTR.WR, what a
 * conversion does to contents, and what an access raises. "TDG.MEM.PAGE.*",
 * "Accept semantics", "MapGPA conversion flow" and "Memory accesses" of the
 * reference.
 */
#include <string.h>

#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define PAGES 16
#define PTE_RW 3
#define DEVICE UINT64_C(0xFED1C000)

static uint64_t shared_bit;
static uint64_t *pages;	/* private, accepted; rules leave them so */
static uint64_t gpa;

static uint64_t accept(uint64_t rcx)
{
	return tdcall3(TDG_MEM_PAGE_ACCEPT, rcx, 0);
}

static void map_gpa(uint64_t start, uint64_t size)
{
	struct trial trial = { 0 };

	expect("MapGPA", vmcall(&trial, VMCALL_MAP_GPA, start, size, 0), 0);
}

/* Makes the first count pages private and not accepted. */
static void forget(unsigned int count)
{
	map_gpa(gpa | shared_bit, count * PAGE_SIZE);
	map_gpa(gpa, count * PAGE_SIZE);
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
	{ "accept.above_shared_bit_48", BIT(48) },
	{ "accept.above_shared_bit_51", BIT(51) },
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
	map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (const uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	for (size_t i = 0; i < PAGE_SIZE / 8; i++)
		expect_true("the secret is gone",
			    shared[i] != 0x5A5A5A5A5A5A5A5A);
	map_gpa(gpa, PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
	expect_true("zero", is_zero(pages));
}

static void shared_to_private_loses(void)
{
	uint64_t *shared;

	map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	shared[3] = 0x77;
	expect("shared", shared[3], 0x77);
	map_gpa(gpa, PAGE_SIZE);
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

	map_gpa(gpa | shared_bit, PAGE_SIZE);
	shared = (uint64_t *)trial_map(0, gpa | shared_bit | PTE_RW);
	shared[0] = 1;
	map_gpa((gpa + PAGE_SIZE) | shared_bit, PAGE_SIZE);
	expect("the neighbour's conversion", shared[0], 1);
	map_gpa(gpa, 2 * PAGE_SIZE);
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

/* Memory accesses. */
struct access {
	struct trial after;
	struct ve_info info;
};

static struct access touch(uint64_t address, struct code code)
{
	struct access access;
	struct trial *trial = &access.after;

	trial_fill(trial);
	trial->gpr[RBX] = address;
	trial_run(trial, code);
	access.info = trial_ve_info();
	return access;
}

#define LOAD "\x8B\x03"		/* mov (%rbx), %eax */
#define STORE "\x89\x03"	/* mov %eax, (%rbx) */

/* Shared GPA, not present: #VE 48 by the CPU, byte-exact. */
static void expect_mmio(struct code code, uint64_t offset, uint64_t want)
{
	const uint64_t page = trial_map(1, DEVICE | shared_bit | PTE_RW);
	struct access got = touch(page + offset, code);

	expect("vector", got.after.vector, VECTOR_VE);
	expect("offset of RIP", got.after.offset, 0);
	expect("reason", got.info.reason, VE_EPT);
	expect("qualification", got.info.qualification & 0x187,
	       want | EPT_GLA_VALID | EPT_FINAL);
	expect("permissions", got.info.qualification >> 3 & 7, 0);
	expect("GLA", got.info.gla, page + offset);
	expect("GPA", got.info.gpa, (DEVICE | shared_bit) + offset);
}

static void mmio_load(void)
{
	expect_mmio(CODE(LOAD), 0x100, EPT_READ);
}

static void mmio_load_byte_exact(void)
{
	expect_mmio(CODE("\x8A\x03"), 0x103, EPT_READ);
}

static void mmio_store(void)
{
	expect_mmio(CODE(STORE), 0x100, EPT_WRITE);
}

static void mmio_store_byte_exact(void)
{
	expect_mmio(CODE("\x88\x03"), 0x105, EPT_WRITE);
}

static void mmio_read_modify_write(void)
{
	const uint64_t page = trial_map(1, DEVICE | shared_bit | PTE_RW);
	struct access got = touch(page + 0x100, CODE("\x01\x03"));

	expect("vector", got.after.vector, VECTOR_VE);
	expect("reason", got.info.reason, VE_EPT);
	expect("GPA", got.info.gpa, (DEVICE | shared_bit) + 0x100);
}

/* Shared GPA: an alias that is RAM is just memory. */
static void shared_ram(void)
{
	uint64_t *alias;

	map_gpa(gpa | shared_bit, PAGE_SIZE);
	alias = (uint64_t *)trial_map(2, gpa | shared_bit | PTE_RW);
	alias[1] = 0x4321;
	expect("value", alias[1], 0x4321);
	expect("VE_INFO", trial_ve_info().status, NO_VALID_VE_INFO);
	map_gpa(gpa, PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
}

/* GPA bits between the shared bit and MAXPA when GPAW = 48: #PF(RSVD). */
static void expect_reserved(unsigned int bit)
{
	const uint64_t page = trial_map(3, gpa | BIT(bit) | PTE_RW);
	struct access got;

	if (shared_bit == BIT(51)) {
		expect_true("GPAW is 52: no such bits", true);
		return;
	}
	got = touch(page + 0x18, CODE(LOAD));
	expect("vector", got.after.vector, VECTOR_PF);
	/* P is 1 on hardware; the CPU that QEMU makes leaves it out. */
	expect("RSVD", got.after.error | BIT(0), BIT(0) | BIT(3));
	expect("CR2", got.after.cr2, page + 0x18);
	got = touch(page + 0x18, CODE(STORE));
	expect("vector", got.after.vector, VECTOR_PF);
	expect("W, RSVD", got.after.error | BIT(0),
	       BIT(0) | BIT(1) | BIT(3));
	expect("VE_INFO", got.info.status, NO_VALID_VE_INFO);
}

static void gpa_bit_48(void)
{
	expect_reserved(48);
}

static void gpa_bit_51(void)
{
	expect_reserved(51);
}

/* The guest's own page tables are native. */
static void not_present(void)
{
	const uint64_t page = trial_map(4, 0);
	struct access got = touch(page + 8, CODE(STORE));

	expect("vector", got.after.vector, VECTOR_PF);
	expect("W", got.after.error, BIT(1));
	expect("CR2", got.after.cr2, page + 8);
	expect("VE_INFO", got.info.status, NO_VALID_VE_INFO);
}

static const struct rule rules[] = {
	{ "accept.shared_bit", accept_shared_bit },
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
	{ "mem.mmio_load", mmio_load },
	{ "mem.mmio_load_byte_exact", mmio_load_byte_exact },
	{ "mem.mmio_store", mmio_store },
	{ "mem.mmio_store_byte_exact", mmio_store_byte_exact },
	{ "mem.mmio_read_modify_write", mmio_read_modify_write },
	{ "mem.shared_ram", shared_ram },
	{ "mem.gpa_bit_48_pf", gpa_bit_48 },
	{ "mem.gpa_bit_51_pf", gpa_bit_51 },
	{ "mem.not_present_pf", not_present },
};

int main(void)
{
	trial_init();
	shared_bit = vm_rd(GPAW) ? BIT(51) : BIT(47);
	pages = page_alloc(PAGES);
	gpa = page_pa(pages);
	check_bad_accepts();
	RULES_CHECK(rules);
	return rules_verdict();
}
