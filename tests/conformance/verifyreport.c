/* SPDX-License-Identifier: MIT */
/*
 * TDG.MR.VERIFYREPORT: what the CPU has sealed it knows again, and nothing
 * else. Its section of the reference, "REPORTMACSTRUCT", and the order of
 * checks of EVERIFYREPORT2 (SDM), by which the CPU judges.
 */
#include <string.h>

#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define MACSTRUCT_SIZE 256
#define CPUSVN_AT 16
#define CPUSVN_END 32

static uint8_t *report;		/* a page; TDREPORT_STRUCT */
static uint8_t *copy;		/* a page */

static uint64_t verify(uint64_t address)
{
	return tdcall3(TDG_MR_VERIFYREPORT, address, 0);
}

/* A fresh report of this TD for REPORTDATA of one byte again and again. */
static void make_report(uint8_t byte)
{
	struct trial trial = { 0 };

	memset(copy, byte, 64);
	trial.gpr[RAX] = TDG_MR_REPORT;
	trial.gpr[RCX] = page_pa(report);
	trial.gpr[RDX] = page_pa(copy);
	expect("TDG.MR.REPORT", trial_tdcall(&trial), 0);
}

static void features(void)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = TDG_SYS_RD;
	trial.gpr[RDX] = TDX_FEATURES0;
	expect("TDG.SYS.RD", trial_tdcall(&trial), 0);
	expect("LOCAL_ATTESTATION", trial.gpr[R8] & BIT(8), BIT(8));
}

static void own(void)
{
	make_report(1);
	expect("RAX", verify(page_pa(report)), 0);
	make_report(2);
	expect("another", verify(page_pa(report)), 0);
}

/* Only the first 256 bytes are looked at, wherever they lie. */
static void elsewhere(void)
{
	make_report(3);
	memcpy(copy + 1024, report, MACSTRUCT_SIZE);
	memset(copy + 1024 + MACSTRUCT_SIZE, 0xEE, 768);
	expect("RAX", verify(page_pa(copy) + 1024), 0);
	memcpy(copy + 256, report, MACSTRUCT_SIZE);
	expect("at 256", verify(page_pa(copy) + 256), 0);
}

/* The rest of the report is bound by its hashes, not by this leaf. */
static void rest_is_not_read(void)
{
	make_report(4);
	memset(report + MACSTRUCT_SIZE, 0, 1024 - MACSTRUCT_SIZE);
	expect("RAX", verify(page_pa(report)), 0);
}

static void every_bit(void)
{
	make_report(5);
	for (size_t i = 0; i < 8 * MACSTRUCT_SIZE; i++) {
		const bool is_cpusvn = i / 8 >= CPUSVN_AT &&
				       i / 8 < CPUSVN_END;

		report[i / 8] ^= (uint8_t)(1 << i % 8);
		expect("RAX", verify(page_pa(report)),
		       is_cpusvn ? INVALID_CPUSVN : INVALID_REPORTMACSTRUCT);
		report[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	expect("as it was", verify(page_pa(report)), 0);
}

/* Type and reserved bytes, then CPUSVN, then the MAC. */
static void order(void)
{
	make_report(6);
	report[CPUSVN_AT] ^= 1;
	report[224] ^= 1;
	expect("CPUSVN before MAC", verify(page_pa(report)), INVALID_CPUSVN);
	report[0] ^= 1;
	expect("type before CPUSVN", verify(page_pa(report)),
	       INVALID_REPORTMACSTRUCT);
	report[0] ^= 1;
	report[200] = 1;
	expect("reserved before CPUSVN", verify(page_pa(report)),
	       INVALID_REPORTMACSTRUCT);
}

/* Two good reports, and a third one of their parts. */
static void parts_of_two(void)
{
	make_report(7);
	memcpy(copy + 512, report, MACSTRUCT_SIZE);
	make_report(8);
	memcpy(copy + 512 + 224, report + 224, 32);
	expect("RAX", verify(page_pa(copy) + 512), INVALID_REPORTMACSTRUCT);
}

static void nothing(void)
{
	memset(report, 0, MACSTRUCT_SIZE);
	expect("zeros", verify(page_pa(report)), INVALID_REPORTMACSTRUCT);
	memset(report, 0xFF, MACSTRUCT_SIZE);
	expect("ones", verify(page_pa(report)), INVALID_REPORTMACSTRUCT);
}

static void operand(void)
{
	make_report(9);
	expect("128", verify(page_pa(report) + 128),
	       OPERAND_INVALID(ID_RCX));
	expect("1", verify(page_pa(report) + 1), OPERAND_INVALID(ID_RCX));
	expect("shared", verify(page_pa(report) | shared_bit),
	       OPERAND_INVALID(ID_RCX));
	expect("above", verify(page_pa(report) | shared_bit << 1),
	       OPERAND_INVALID(ID_RCX));
	expect("bit 63", verify(page_pa(report) | BIT(63)),
	       OPERAND_INVALID(ID_RCX));
}

static void registers(void)
{
	struct trial before;
	struct trial after;

	make_report(10);
	trial_fill(&before);
	before.gpr[RAX] = TDG_MR_VERIFYREPORT;
	before.gpr[RCX] = page_pa(report);
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX));
	report[224] ^= 1;
	after = before;
	expect("RAX", trial_tdcall(&after), INVALID_REPORTMACSTRUCT);
	expect_kept(&before, &after, BIT(RAX));
}

static const struct rule rules[] = {
	{ "verify.features", features },
	{ "verify.own", own },
	{ "verify.elsewhere", elsewhere },
	{ "verify.rest_is_not_read", rest_is_not_read },
	{ "verify.every_bit", every_bit },
	{ "verify.order", order },
	{ "verify.parts_of_two", parts_of_two },
	{ "verify.nothing", nothing },
	{ "verify.operand", operand },
	{ "verify.registers", registers },
};

int main(void)
{
	trial_init();
	report = page_alloc(1);
	copy = page_alloc(1);
	RULES_CHECK(rules);
	return rules_verdict();
}
