/* SPDX-License-Identifier: MIT */
/*
 * Access to memory: device registers, shared memory, addresses that no TD has.
 * "Memory accesses" of the reference.
 */
#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define PTE_RW 3
#define DEVICE UINT64_C(0xFED1C000)

static uint64_t gpa;	/* of a page, private and accepted */

static uint64_t accept(uint64_t rcx)
{
	return tdcall3(TDG_MEM_PAGE_ACCEPT, rcx, 0);
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

/* At a width of 52 bits 47 to 50 are an address's like those below. */
static void mmio_high(void)
{
	for (uint64_t bit = BIT(40); bit < shared_bit; bit *= 2) {
		const uint64_t at = bit | DEVICE | shared_bit;
		const uint64_t page = trial_map(1, at | PTE_RW);
		const struct access got = touch(page + 0x34, CODE(LOAD));

		expect("vector", got.after.vector, VECTOR_VE);
		expect("GPA", got.info.gpa, at + 0x34);
	}
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

	expect_map_gpa(gpa | shared_bit, PAGE_SIZE);
	alias = (uint64_t *)trial_map(2, gpa | shared_bit | PTE_RW);
	alias[1] = 0x4321;
	expect("value", alias[1], 0x4321);
	expect("VE_INFO", trial_ve_info().status, NO_VALID_VE_INFO);
	expect_map_gpa(gpa, PAGE_SIZE);
	expect("ACCEPT", accept(gpa), 0);
}

/* GPA bits between the shared bit and MAXPA when GPAW = 48: #PF(RSVD). */
static void expect_reserved(unsigned int bit)
{
	const uint64_t page = trial_map(3, gpa | BIT(bit) | PTE_RW);
	struct access got;

	if (shared_bit == BIT(51)) {
		expect_true("a width of 52 has no such bits", true);
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
	{ "mem.mmio_load", mmio_load },
	{ "mem.mmio_load_byte_exact", mmio_load_byte_exact },
	{ "mem.mmio_store", mmio_store },
	{ "mem.mmio_store_byte_exact", mmio_store_byte_exact },
	{ "mem.mmio_high", mmio_high },
	{ "mem.mmio_read_modify_write", mmio_read_modify_write },
	{ "mem.shared_ram", shared_ram },
	{ "mem.gpa_bit_48_pf", gpa_bit_48 },
	{ "mem.gpa_bit_51_pf", gpa_bit_51 },
	{ "mem.not_present_pf", not_present },
};

int main(void)
{
	trial_init();
	gpa = page_pa(page_alloc(1));
	RULES_CHECK(rules);
	return rules_verdict();
}
