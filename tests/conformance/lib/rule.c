/* SPDX-License-Identifier: MIT */
/* Counts rules and prints the first thing that is wrong with each. */
#include "tests/conformance/lib/rule.h"

#include <stdio.h>

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

int rules_verdict(void)
{
	rule_end();
	printf("%u rules, %u failed\n", judge.rules, judge.failures);
	printf("RESULT: %s\n",
	       judge.rules && !judge.failures ? "SUCCESS" : "FAILURE");
	return 0;
}
