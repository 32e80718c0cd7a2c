/* SPDX-License-Identifier: MIT */
/* Counts rules and prints the first thing that is wrong with each. */
#include "tests/conformance/lib/rule.h"

#include <stdio.h>

#include "tests/conformance/spec.h"

static struct {
	const char *name;	/* NULL: none begun */
	unsigned int expectations;
	bool failed;
	unsigned int rules;
	unsigned int failures;
} judge;

static void rule_end(void)
{
	if (!judge.name)
		return;
	if (!judge.expectations)
		printf("rule %s: expects nothing\n", judge.name);
	if (!judge.expectations || judge.failed)
		judge.failures++;
	judge.rules++;
	judge.name = NULL;
}

void rule_begin(const char *name)
{
	rule_end();
	judge.name = name;
	judge.expectations = 0;
	judge.failed = false;
}

void rules_check(const struct rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		rule_begin(rules[i].name);
		rules[i].check();
	}
}

bool rule_passes(void)
{
	return !judge.failed;
}

void expect(const char *what, uint64_t got, uint64_t want)
{
	judge.expectations++;
	if (got == want)
		return;
	if (!judge.failed)
		printf("rule %s: %s: got %#lx, want %#lx\n", judge.name, what,
		       got, want);
	judge.failed = true;
}

void expect_true(const char *what, bool is_true)
{
	expect(what, is_true, true);
}

void expect_kept(const struct trial *before, const struct trial *after,
		 uint64_t changed)
{
	static const char *const names[GPRS] = {
		"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI",
		"R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15",
	};

	for (unsigned int i = 0; i < GPRS; i++)
		if (!(changed & BIT(i)))
			expect(names[i], after->gpr[i], before->gpr[i]);
}

void expect_completed(const struct trial *after)
{
	expect("vector", after->vector, COMPLETED);
}

void expect_native_fault(const struct trial *before, const struct trial *after,
			 unsigned int vector)
{
	expect("vector", after->vector, vector);
	expect("error code", after->error, 0);
	expect("offset of RIP", after->offset, 0);
	/* Whether the CPU sets RF is its own affair. */
	expect("RFLAGS", after->rflags & ~FLAG_RF, before->rflags);
	expect_kept(before, after, 0);
}

void expect_fault(const struct trial *before, const struct trial *after,
		  unsigned int vector)
{
	expect_native_fault(before, after, vector);
	expect("RFLAGS.RF", after->rflags & FLAG_RF, FLAG_RF);
}

struct ve_info expect_ve(uint64_t reason, uint64_t qualification)
{
	struct ve_info info = trial_ve_info();

	expect("TDG.VP.VEINFO.GET", info.status, 0);
	expect("reason", info.reason, reason);
	expect("qualification", info.qualification, qualification);
	expect("VALID", trial_ve_info().status, NO_VALID_VE_INFO);
	return info;
}

void expect_map_gpa(uint64_t start, uint64_t size)
{
	struct trial trial = { 0 };

	expect("MapGPA", vmcall(&trial, VMCALL_MAP_GPA, start, size, 0), 0);
}

void expect_bytes(const char *what, const void *got, const void *want,
		  size_t size)
{
	for (size_t i = 0; i < size; i++)
		expect(what, ((const uint8_t *)got)[i],
		       ((const uint8_t *)want)[i]);
}

int rules_verdict(void)
{
	rule_end();
	printf("%u rules, %u failed\n", judge.rules, judge.failures);
	printf("RESULT: %s\n",
	       judge.rules && !judge.failures ? "SUCCESS" : "FAILURE");
	return 0;
}

void expect_operand_ve(uint64_t leaf, uint64_t rcx, uint64_t rdx,
		       uint64_t want)
{
	struct trial before;
	struct trial after;
	struct ve_info info;

	trial_fill(&before);
	before.gpr[RAX] = leaf;
	before.gpr[RCX] = rcx;
	before.gpr[RDX] = rdx;
	before.gpr[R8] = 0;
	after = before;
	trial_run(&after, CODE(TDCALL));
	expect_fault(&before, &after, VECTOR_VE);
	info = trial_ve_info();
	expect("reason", info.reason, VE_EPT);
	expect("GPA, as passed", info.gpa, want);
	expect("GLA", info.gla, 0);
	expect("length", info.length, 4);
}
