/* SPDX-License-Identifier: MIT */
/*
 * TDG.MR.RTMR.EXTEND. Its section of the reference, and of "MRTD" the test
 * vector.
 */
#include <string.h>

#include "kernel/page.h"
#include "lib/sha384.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define RTMR_OF(index) (RTMR + 6 * (uint64_t)(index))

static uint8_t *data;	/* a page */

static uint64_t extend(uint64_t address, uint64_t index)
{
	return tdcall3(TDG_MR_RTMR_EXTEND, address, index);
}

/* RTMR3 is the application's: first zero, then the reference's vector. */
static void extend_vector(void)
{
	static const uint8_t vector[SHA384_SIZE] = {
		0x93, 0x73, 0x2E, 0x37, 0x33, 0x51, 0x4A, 0x84, 0x1C, 0x98,
		0x2C, 0xFA, 0x75, 0xEA, 0x76, 0xAB, 0x55, 0xFE, 0x01, 0x1A,
		0xCB, 0x9C, 0xD9, 0x80, 0xEF, 0x45, 0x23, 0x91, 0x3C, 0x65,
		0xBE, 0x1B, 0x09, 0x98, 0xE0, 0x4D, 0x77, 0xF8, 0xC1, 0x74,
		0xF8, 0x1A, 0x82, 0x15, 0x16, 0x19, 0xCA, 0x40,
	};
	static const uint8_t zero[SHA384_SIZE];
	uint8_t digest[SHA384_SIZE];

	vm_rd_digest(RTMR_OF(3), digest);
	expect_bytes("before", digest, zero, SHA384_SIZE);
	sha384_digest("abc", 3, data);
	expect("RAX", extend(page_pa(data), 3), 0);
	vm_rd_digest(RTMR_OF(3), digest);
	expect_bytes("after", digest, vector, SHA384_SIZE);
}

static void extend_each(void)
{
	for (unsigned int i = 0; i < 4; i++) {
		uint8_t both[2 * SHA384_SIZE];
		uint8_t want[SHA384_SIZE];
		uint8_t got[SHA384_SIZE];

		memset(data, (int)(0x40 + i), SHA384_SIZE);
		vm_rd_digest(RTMR_OF(i), both);
		memcpy(both + SHA384_SIZE, data, SHA384_SIZE);
		sha384_digest(both, sizeof(both), want);
		expect("RAX", extend(page_pa(data), i), 0);
		vm_rd_digest(RTMR_OF(i), got);
		expect_bytes("RTMR", got, want, SHA384_SIZE);
	}
}

static void extend_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_MR_RTMR_EXTEND;
	before.gpr[RCX] = page_pa(data) + 64;
	before.gpr[RDX] = 3;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX));
}

static void extend_alignment(void)
{
	expect("8", extend(page_pa(data) + 8, 3), OPERAND_INVALID(ID_RCX));
	expect("32", extend(page_pa(data) + 32, 3), OPERAND_INVALID(ID_RCX));
	expect("64", extend(page_pa(data) + 64, 3), 0);
}

static void extend_index(void)
{
	expect("4", extend(page_pa(data), 4), OPERAND_INVALID(ID_RDX));
	expect("bit 32", extend(page_pa(data), BIT(32)),
	       OPERAND_INVALID(ID_RDX));
	expect("-1", extend(page_pa(data), UINT64_MAX),
	       OPERAND_INVALID(ID_RDX));
}

static void extend_shared(void)
{
	expect("RAX", extend(page_pa(data) | shared_bit, 3),
	       OPERAND_INVALID(ID_RCX));
}

static void extend_beyond_width(void)
{
	for (uint64_t bit = 2 * shared_bit; bit; bit *= 2)
		expect("RAX", extend(page_pa(data) | bit, 3),
		       OPERAND_INVALID(ID_RCX));
}

/* Order: RCX alignment, RCX validity, RDX. */
static void extend_order(void)
{
	expect("alignment", extend(page_pa(data) + 8, 4),
	       OPERAND_INVALID(ID_RCX));
	expect("validity", extend(page_pa(data) | shared_bit, 4),
	       OPERAND_INVALID(ID_RCX));
}

static void extend_failure_changes_nothing(void)
{
	uint8_t before[SHA384_SIZE];
	uint8_t after[SHA384_SIZE];

	vm_rd_digest(RTMR_OF(3), before);
	extend(page_pa(data) + 8, 3);
	extend(page_pa(data), 4);
	vm_rd_digest(RTMR_OF(3), after);
	expect_bytes("RTMR3", after, before, SHA384_SIZE);
}

static const struct rule rules[] = {
	{ "rtmr.vector", extend_vector },
	{ "rtmr.each", extend_each },
	{ "rtmr.registers", extend_registers },
	{ "rtmr.alignment", extend_alignment },
	{ "rtmr.index", extend_index },
	{ "rtmr.shared", extend_shared },
	{ "rtmr.beyond_width", extend_beyond_width },
	{ "rtmr.order", extend_order },
	{ "rtmr.failure_changes_nothing", extend_failure_changes_nothing },
};

int main(void)
{
	trial_init();
	data = page_alloc(1);
	RULES_CHECK(rules);
	return rules_verdict();
}
