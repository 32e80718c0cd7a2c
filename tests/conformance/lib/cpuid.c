/* SPDX-License-Identifier: MIT */
/* Executes CPUID. */
#include "tests/conformance/lib/cpuid.h"

#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

struct trial cpuid_mode(uint64_t leaf, uint64_t subleaf, enum trial_mode mode)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = leaf;
	trial.gpr[RCX] = subleaf;
	trial_run_mode(&trial, CODE("\x0F\xA2"), mode);
	return trial;
}

struct trial cpuid(uint64_t leaf, uint64_t subleaf)
{
	struct trial trial = cpuid_mode(leaf, subleaf, TRIAL_KERNEL64);

	expect_completed(&trial);
	return trial;
}

void expect_ve_cpuid(const struct trial *after)
{
	struct ve_info info = trial_ve_info();

	expect("vector", after->vector, VECTOR_VE);
	expect("reason", info.reason, VE_CPUID);
	expect("qualification", info.qualification, 0);
	expect("length", info.length, 2);
}
