/* SPDX-License-Identifier: MIT */
/*
 * emu/module/sept, pamt: the table of states and operations against a second
 * transcription, then the operations on real tables: what each makes of an
 * entry, whose page it is afterwards, and when a running TD must be tracked.
 *
 * Links: emu/module/sept_ops.c
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "tests/unit/expect.h"

#include "emu/module/pamt.h"
#include "emu/module/sept.h"

#define WALK_FAILED 0xc0000b0000000001
#define STATE_INCORRECT 0xc0000b0d00000001
#define NOT_BLOCKED 0xc0000b0600000001
#define ALREADY_BLOCKED 0x00000b0700000000
#define NOT_TRACKED 0xc0000b0800000001
#define NOT_TRACKED_TREE 0xc0000b0800000092
#define NOT_FREE 0xc0000b0e00000001
#define PROMOTE_CONDITIONS 0xc0000b0900000001
#define R8_INVALID 0xc000010000000008
#define R8_METADATA 0xc000030000000008
#define R8_RANGE 0xc000010100000008

/* MOD, Secure EPT Entry State, by public number: who leads where. */
static const struct {
	enum sept_operation operation;
	unsigned int from;
	unsigned int to;
} allowed[] = {
	{ SEPT_ADD_TABLE, 0, 132 },
	{ SEPT_ADD_PAGE, 0, 4 },
	{ SEPT_AUG_PAGE, 0, 2 },
	{ SEPT_ACCEPT_PAGE, 2, 4 },
	{ SEPT_EXTEND, 4, 4 },
	{ SEPT_BLOCK, 132, 129 },
	{ SEPT_BLOCK, 4, 1 },
	{ SEPT_BLOCK, 2, 3 },
	{ SEPT_UNBLOCK, 129, 132 },
	{ SEPT_UNBLOCK, 1, 4 },
	{ SEPT_UNBLOCK, 3, 2 },
	{ SEPT_REMOVE_PAGE, 4, 0 },
	{ SEPT_REMOVE_PAGE, 1, 0 },
	{ SEPT_REMOVE_PAGE, 2, 0 },
	{ SEPT_REMOVE_PAGE, 3, 0 },
	{ SEPT_REMOVE_TABLE, 132, 0 },
	{ SEPT_REMOVE_TABLE, 129, 0 },
	{ SEPT_DEMOTE, 4, 132 },
	{ SEPT_DEMOTE, 1, 132 },
	{ SEPT_DEMOTE, 2, 132 },
	{ SEPT_DEMOTE, 3, 132 },
	{ SEPT_PROMOTE, 129, 4 },
	{ SEPT_RELOCATE, 4, 4 },
	{ SEPT_RELOCATE, 1, 4 },
	{ SEPT_RELOCATE, 2, 2 },
	{ SEPT_RELOCATE, 3, 2 },
};

static unsigned int wanted(unsigned int state, unsigned int operation)
{
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		if (allowed[i].from == state &&
		    allowed[i].operation == operation)
			return allowed[i].to;
	return 255;
}

static void check_table(void)
{
	char what[64];

	for (unsigned int state = 0; state < 256; state++) {
		for (unsigned int op = 0; op < SEPT_OPERATIONS; op++) {
			snprintf(what, sizeof(what), "state %u operation %u",
				 state, op);
			expect_u64(sept_next((enum sept_state)state,
					     (enum sept_operation)op),
				   wanted(state, op), what);
		}
	}
}

/* A GiB for the TD, of which the kernel backs what is touched. */
#define MEMORY UINT64_C(0x200000000000)
#define PAGE(n) (MEMORY + (n) * PAGE_SIZE)
#define LARGE(n) (MEMORY + (n) * PAGE_SIZE_2M)
#define GPA 0x40000000
#define RESERVED_PAGE 5

static struct td td;
static struct tdmr_info tdmr;

static bool map_memory(void)
{
	static uint8_t entries[GIB / PAGE_SIZE * 16] aligned(4096);
	void *const at = (void *)(uintptr_t)MEMORY;
	paddr_t next;

	if (mmap(at, GIB, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			 MAP_FIXED_NOREPLACE, -1, 0) != at)
		return false;
	tdmr.base = MEMORY;
	tdmr.size = GIB;
	tdmr.pamt_4k_base = (uintptr_t)entries;
	tdmr.pamt_4k_size = sizeof(entries);
	tdmr.reserved[0].offset = RESERVED_PAGE * PAGE_SIZE;
	tdmr.reserved[0].size = PAGE_SIZE;
	pamt_add_region(&tdmr);
	expect_u64(pamt_check(PAGE(0), PAMT_NDA, 1), 0xc000010100000001,
		   "not initialized yet");
	expect_u64(pamt_init_step(MEMORY + GIB, &next), 0xc000010000000001,
		   "no such region");
	expect_u64(pamt_init_step(MEMORY, &next), 0, "initialized");
	expect_u64(next, MEMORY + GIB, "to its end");
	expect_u64(pamt_init_step(MEMORY, &next), 0x00000a0300000000,
		   "initialized already");
	return true;
}

static void expect_state(paddr_t gpa, unsigned int level, unsigned int state,
			 const char *what)
{
	uint64_t entry;
	uint64_t shown;

	sept_show(&td, gpa, level, &entry, &shown);
	expect_u64(shown, level | state << 8, what);
}

static void check_pamt(void)
{
	struct pamt_page page;

	expect_u64(pamt_take(NULL, PAGE(0), 0, PAMT_TDR, 1), 0, "TDR");
	td.tdr = PAGE(0);
	expect_u64(pamt_take(&td, PAGE(0), 0, PAMT_REG, 8), R8_METADATA,
		   "a page has one owner");
	expect_u64(pamt_take(&td, PAGE(RESERVED_PAGE), 0, PAMT_REG, 8),
		   R8_METADATA, "reserved");
	expect_u64(pamt_take(&td, PAGE(1) + 8, 0, PAMT_REG, 8), R8_INVALID,
		   "not aligned");
	expect_u64(pamt_take(&td, PAGE(1) | BIT(46), 0, PAMT_REG, 8),
		   R8_INVALID, "key id bits");
	expect_u64(pamt_take(&td, MEMORY + GIB, 0, PAMT_REG, 8), R8_RANGE,
		   "outside");
	expect_u64(pamt_take(&td, LARGE(0), 1, PAMT_REG, 8), R8_METADATA,
		   "part of it is taken");
	expect_u64(td.num_children, 0, "and none of it was");
	expect_u64(pamt_take(&td, LARGE(3), 1, PAMT_REG, 8), 0, "large");
	expect_u64(td.num_children, 512, "counts its pages");
	expect_u64(pamt_read(LARGE(3) + 5 * PAGE_SIZE, 1, &page), 0, "read");
	expect_u64(page.type, 3, "type");
	expect_u64(page.level, 1, "level");
	expect_u64(page.owner, PAGE(0), "owner");
	pamt_release(&td, LARGE(3), 1);
	expect_u64(td.num_children, 0, "and back");
}

static void check_tables(void)
{
	struct sept_walk walk;
	paddr_t page = 0;

	expect_u64(sept_add_page(&td, GPA, PAGE(9)), WALK_FAILED, "no table");
	expect_u64(sept_add_table(&td, 0, 3, PAGE(1)), 0, "level 3");
	expect_u64(sept_add_table(&td, 0, 3, PAGE(2)), STATE_INCORRECT,
		   "level 3 twice");
	expect_u64(sept_add_table(&td, GPA, 2, PAGE(2)), 0, "level 2");
	expect_u64(sept_add_table(&td, GPA, 1, PAGE(2)), R8_METADATA,
		   "a page that is used");
	expect_u64(sept_add_table(&td, GPA, 1, PAGE(3)), 0, "level 1");
	expect_u64(td.num_children, 3, "children");
	expect_u64(sept_remove_table(&td, GPA, 2, &page), NOT_FREE,
		   "table with a table");
	expect_state(GPA, 1, 132, "table");
	walk = sept_walk(&td, GPA, 0);
	expect_u64(walk.level, 0, "walks down");
	expect_u64(sept_block(&td, GPA, 1), 0, "block a table");
	walk = sept_walk(&td, GPA, 0);
	expect_u64(walk.level, 1, "does not walk through a blocked table");
	expect_u64(sept_unblock(&td, GPA, 1), 0, "unblock");
}

static void check_page(void)
{
	struct sept_walk found;
	uint8_t *bytes = (uint8_t *)(uintptr_t)PAGE(9);
	uint64_t entry;
	uint64_t state;
	paddr_t page = 0;

	bytes[4095] = 7;
	expect_u64(sept_add_page(&td, GPA, PAGE(9)), 0, "add");
	expect_true(sept_pointer(&td, GPA + 4095) == bytes + 4095, "pointer");
	sept_show(&td, GPA, 0, &entry, &state);
	expect_u64(entry, PAGE(9) | 0x80000000000004f7, "entry as shown");
	expect_u64(sept_accept(&td, GPA, 0, &found), SEPT_ACCEPT_ALREADY,
		   "accepted by being added");
	expect_u64(sept_accept(&td, GPA, 1, &found), SEPT_ACCEPT_MISMATCH,
		   "2 MiB where there are 4 KiB");
	expect_u64(sept_remove_page(&td, GPA, 0, &page), 0, "remove");
	expect_u64(page, PAGE(9), "the page");
	sept_show(&td, GPA, 0, &entry, &state);
	expect_u64(entry, BIT(63), "a free entry as shown");

	expect_u64(sept_aug_page(&td, GPA, 0, PAGE(9)), 0, "aug");
	expect_true(!sept_pointer(&td, GPA), "pending: no pointer");
	expect_u64(bytes[4095], 7, "not zeroed yet");
	expect_u64(sept_accept(&td, GPA, 0, &found), SEPT_ACCEPT_DONE,
		   "accept");
	expect_u64(bytes[4095], 0, "zeroed");
	expect_state(GPA, 0, 4, "mapped");
	expect_u64(sept_accept(&td, GPA + PAGE_SIZE, 0, &found),
		   SEPT_ACCEPT_VIOLATION, "accept a free page");
}

/* A running TD: GPA is mapped. vCPU 0 is inside, from before the blocking. */
static void check_tracking(void)
{
	struct vcpu *vcpu = &td.vcpus[0];
	paddr_t page = 0;

	td.op_state = OP_STATE_RUNNABLE;
	td.num_created = 1;
	vcpu->entries = 1;
	vcpu->epoch = td.epoch;
	expect_u64(sept_remove_page(&td, GPA, 0, &page), NOT_BLOCKED,
		   "remove what is mapped");
	expect_u64(sept_block(&td, GPA, 0), 0, "block");
	expect_u64(sept_block(&td, GPA, 0), ALREADY_BLOCKED, "block twice");
	expect_u64(sept_remove_page(&td, GPA, 0, &page), NOT_TRACKED,
		   "remove untracked");
	expect_u64(sept_unblock(&td, GPA, 0), NOT_TRACKED_TREE,
		   "unblock untracked");
	expect_true(!sept_is_epoch_busy(&td), "in the current epoch");
	td.epoch++;
	expect_true(sept_is_epoch_busy(&td), "one epoch behind");
	expect_u64(sept_remove_page(&td, GPA, 0, &page), NOT_TRACKED,
		   "remove while a vCPU may use it");
	vcpu->entries++;
	expect_u64(sept_unblock(&td, GPA, 0), 0, "unblock");
	expect_state(GPA, 0, 4, "mapped again");
	expect_u64(sept_block(&td, GPA, 0), 0, "block again");
	expect_u64(sept_remove_page(&td, GPA, 0, &page), NOT_TRACKED,
		   "an old epoch does not count");
	vcpu->entries++;
	vcpu->epoch = ++td.epoch;
	expect_u64(sept_remove_page(&td, GPA, 0, &page), 0,
		   "the vCPU entered after the blocking");
	expect_state(GPA, 0, 0, "free");
	vcpu->entries++;
}

static void block_and_track(paddr_t gpa, unsigned int level)
{
	expect_u64(sept_block(&td, gpa, level), 0, "block");
	td.epoch++;
}

static void check_large(void)
{
	const paddr_t gpa = GPA + PAGE_SIZE_2M;
	struct sept_walk found;
	struct pamt_page info;
	paddr_t page = 0;

	expect_u64(sept_aug_page(&td, gpa, 1, LARGE(1) + PAGE_SIZE),
		   R8_INVALID, "2 MiB from a small address");
	expect_u64(sept_aug_page(&td, gpa, 1, LARGE(1)), 0, "2 MiB");
	expect_u64(sept_accept(&td, gpa, 0, &found), SEPT_ACCEPT_VIOLATION,
		   "4 KiB of a large pending page");
	expect_u64(sept_accept(&td, gpa, 1, &found), SEPT_ACCEPT_DONE,
		   "accept");
	expect_u64(sept_accept(&td, gpa + PAGE_SIZE, 0, &found),
		   SEPT_ACCEPT_ALREADY, "4 KiB of it");
	expect_true(sept_pointer(&td, gpa + 0x12345) ==
		    (void *)(uintptr_t)(LARGE(1) + 0x12345), "pointer");
	expect_u64(sept_demote(&td, gpa, 1, PAGE(9)), NOT_BLOCKED,
		   "demote what is mapped");
	block_and_track(gpa, 1);
	expect_u64(sept_demote(&td, gpa, 1, PAGE(0)), R8_METADATA,
		   "a table that is used");
	expect_u64(sept_demote(&td, gpa, 1, PAGE(9)), 0, "demote");
	expect_state(gpa + 511 * PAGE_SIZE, 0, 4, "its last page is mapped");
	expect_u64(pamt_read(LARGE(1) + 511 * PAGE_SIZE, 1, &info), 0, "");
	expect_u64(info.level, 0, "and small");
	expect_true(sept_pointer(&td, gpa + 0x12345) ==
		    (void *)(uintptr_t)(LARGE(1) + 0x12345), "same memory");
	expect_u64(sept_promote(&td, gpa, 1, &page), STATE_INCORRECT,
		   "promote an open table");
	block_and_track(gpa, 1);
	expect_u64(sept_promote(&td, gpa, 1, &page), 0, "promote");
	expect_u64(page, PAGE(9), "gives the table back");
	expect_state(gpa, 1, 4, "one page again");
	expect_u64(pamt_read(LARGE(1) + PAGE_SIZE, 1, &info), 0, "");
	expect_u64(info.level, 1, "large");

	block_and_track(gpa, 1);
	expect_u64(sept_demote(&td, gpa, 1, PAGE(9)), 0, "demote");
	block_and_track(gpa + PAGE_SIZE, 0);
	expect_u64(sept_remove_page(&td, gpa + PAGE_SIZE, 0, &page), 0,
		   "remove one of 512");
	block_and_track(gpa, 1);
	expect_u64(sept_promote(&td, gpa, 1, &page), PROMOTE_CONDITIONS,
		   "promote with a hole");
	expect_u64(td.num_children, 3 + 1 + 511, "children");
}

/* A page moves with its contents, a pending one without. */
static void check_relocate(void)
{
	uint8_t *from = (uint8_t *)(uintptr_t)PAGE(10);
	uint8_t *to = (uint8_t *)(uintptr_t)PAGE(11);
	struct sept_walk found;
	struct pamt_page info;
	paddr_t old = 0;
	const uint64_t children = td.num_children;

	expect_u64(sept_relocate(&td, GPA, PAGE(11), &old), STATE_INCORRECT,
		   "nothing there");
	expect_u64(sept_relocate(&td, GPA + GIB, PAGE(11), &old), WALK_FAILED,
		   "no table");
	expect_u64(sept_aug_page(&td, GPA, 0, PAGE(10)), 0, "aug");
	to[5] = 1;
	block_and_track(GPA, 0);
	expect_u64(sept_relocate(&td, GPA, PAGE(11), &old), 0, "pending");
	expect_u64(old, PAGE(10), "where it was");
	expect_u64(to[5], 1, "no contents");
	expect_state(GPA, 0, 2, "pending as before");
	expect_u64(pamt_check(PAGE(10), PAMT_NDA, 1), 0, "free again");

	expect_u64(sept_accept(&td, GPA, 0, &found), SEPT_ACCEPT_DONE,
		   "accept");
	expect_u64(sept_relocate(&td, GPA, PAGE(10), &old), NOT_BLOCKED,
		   "relocate what is mapped");
	expect_u64(sept_block(&td, GPA, 0), 0, "block");
	expect_u64(sept_relocate(&td, GPA, PAGE(10), &old), NOT_TRACKED,
		   "relocate untracked");
	td.epoch++;
	expect_u64(sept_relocate(&td, GPA, PAGE(11), &old), R8_INVALID,
		   "to where it is");
	expect_u64(sept_relocate(&td, GPA, PAGE(0), &old), R8_METADATA,
		   "to a page that is used");
	expect_state(GPA, 0, 1, "blocked still");
	to[4095] = 9;
	expect_u64(sept_relocate(&td, GPA, PAGE(10), &old), 0, "relocate");
	expect_u64(old, PAGE(11), "where it was");
	expect_u64(from[4095], 9, "its contents");
	expect_true(sept_pointer(&td, GPA) == from, "mapped, and unblocked");
	expect_u64(pamt_read(PAGE(10), 1, &info), 0, "read");
	expect_u64(info.type, 3, "type");
	expect_u64(info.owner, PAGE(0), "owner");
	expect_u64(info.epoch, 0, "no epoch");
	expect_u64(td.num_children, children + 1, "children");
}

static void check_operand(void)
{
	paddr_t gpa;
	unsigned int level;

	expect_true(sept_operand(&td, 0x200001, 1, &gpa, &level), "2 MiB");
	expect_u64(gpa, 0x200000, "address");
	expect_u64(level, 1, "level");
	expect_true(!sept_operand(&td, 0x201001, 1, &gpa, &level),
		    "not aligned to its level");
	expect_true(!sept_operand(&td, 0x200002, 1, &gpa, &level),
		    "above the top");
	expect_true(!sept_operand(&td, 0x200008, 1, &gpa, &level),
		    "reserved bit");
	expect_true(!sept_operand(&td, BIT(47), 1, &gpa, &level), "shared");
	expect_true(!sept_operand(&td, BIT(60), 1, &gpa, &level), "too high");
	expect_true(sept_operand(&td, 3, 4, &gpa, &level), "512 GiB");
	expect_true(!sept_operand(&td, 4, 4, &gpa, &level),
		    "256 TiB of four levels");
}

/* A TD with five levels and a width of 52. */
static struct td wide = {
	.gpaw = 52,
	.shared_bit = BIT(51),
	.sept_top = SEPT_256T,
	.epoch = 1,
	.op_state = OP_STATE_INITIALIZED,
};

static void check_wide_operand(void)
{
	paddr_t gpa;
	unsigned int level;

	expect_true(sept_operand(&wide, BIT(47), 1, &gpa, &level),
		    "bit 47 is the address's");
	expect_u64(gpa, BIT(47), "address");
	expect_true(sept_operand(&wide, BIT(50) | 4, 4, &gpa, &level),
		    "256 TiB");
	expect_u64(gpa, BIT(50), "address");
	expect_u64(level, 4, "level");
	expect_true(!sept_operand(&wide, BIT(47) | 4, 4, &gpa, &level),
		    "not aligned to its level");
	expect_true(!sept_operand(&wide, 5, 4, &gpa, &level), "no such level");
	expect_true(!sept_operand(&wide, BIT(51), 1, &gpa, &level), "shared");
	expect_true(!sept_operand(&wide, BIT(52), 1, &gpa, &level),
		    "too high");
}

static void check_wide_tables(void)
{
	const paddr_t gpa = BIT(50) | GPA;
	struct sept_walk walk;
	paddr_t page = 0;

	expect_u64(pamt_take(NULL, PAGE(20), 0, PAMT_TDR, 1), 0, "TDR");
	wide.tdr = PAGE(20);
	expect_u64(sept_add_table(&wide, BIT(50), 3, PAGE(21)), WALK_FAILED,
		   "level 3 without level 4");
	expect_u64(sept_add_table(&wide, BIT(50), 4, PAGE(21)), 0, "level 4");
	expect_u64(sept_add_table(&wide, BIT(50), 4, PAGE(22)),
		   STATE_INCORRECT, "level 4 twice");
	expect_u64(sept_add_table(&wide, 0, 3, PAGE(22)), WALK_FAILED,
		   "other 256 TiB");
	expect_u64(sept_add_table(&wide, BIT(50), 3, PAGE(22)), 0, "level 3");
	expect_u64(sept_add_table(&wide, gpa, 2, PAGE(23)), 0, "level 2");
	expect_u64(sept_add_table(&wide, gpa, 1, PAGE(24)), 0, "level 1");
	expect_u64(sept_add_page(&wide, gpa, PAGE(25)), 0, "page");
	expect_true(sept_pointer(&wide, gpa + 8) ==
		    (void *)(uintptr_t)(PAGE(25) + 8), "pointer");
	expect_true(!sept_pointer(&wide, GPA + 8), "not without bit 50");
	expect_true(!sept_pointer(&wide, BIT(51) | gpa), "nor shared");
	walk = sept_walk(&wide, GPA, 0);
	expect_u64(walk.level, 4, "where the walk of another ends");
	expect_u64(sept_remove_table(&wide, BIT(50), 4, &page), NOT_FREE,
		   "level 4 with a table");
	expect_u64(sept_block(&wide, BIT(50), 4), 0, "block 256 TiB");
	expect_true(!sept_pointer(&wide, gpa), "blocked");
	expect_u64(sept_unblock(&wide, BIT(50), 4), 0, "unblock");
	expect_true(sept_pointer(&wide, gpa) != NULL, "unblocked");
	expect_u64(wide.num_children, 5, "children");
}

int main(void)
{
	td.gpaw = 48;
	td.shared_bit = BIT(47);
	td.sept_top = SEPT_512G;
	td.epoch = 1;
	td.op_state = OP_STATE_INITIALIZED;
	check_table();
	if (!expect_true(map_memory(), "memory for the TD"))
		return expect_result("sept");
	check_operand();
	check_pamt();
	check_tables();
	check_page();
	check_tracking();
	check_large();
	check_relocate();
	check_wide_operand();
	check_wide_tables();
	return expect_result("sept");
}
