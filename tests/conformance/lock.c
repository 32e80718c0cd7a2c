/* SPDX-License-Identifier: MIT */
/*
 * LOCK before instructions that leave the TD: #UD, as before all but a few
 * that write memory (SDM, LOCK). No exit comes first: nothing of the
 * instruction has happened.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define LOCKED(text) { "\xF0" text, sizeof(text) }

static const struct {
	const char *name;
	struct code code;
} rows[] = {
	{ "lock.cpuid_ud", LOCKED("\x0F\xA2") },
	{ "lock.rdmsr_ud", LOCKED("\x0F\x32") },
	{ "lock.wrmsr_ud", LOCKED("\x0F\x30") },
	{ "lock.hlt_ud", LOCKED("\xF4") },
	{ "lock.wbinvd_ud", LOCKED("\x0F\x09") },
	{ "lock.mov_to_cr0_ud", LOCKED("\x0F\x22\xC0") },
	{ "lock.mov_to_cr4_ud", LOCKED("\x0F\x22\xE0") },
	{ "lock.mov_to_cr8_ud", LOCKED("\x44\x0F\x22\xC0") },
	{ "lock.clts_ud", LOCKED("\x0F\x06") },
	{ "lock.tdcall_ud", LOCKED(TDCALL) },
};

int main(void)
{
	trial_init();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct trial before;
		struct trial after;

		rule_begin(rows[i].name);
		trial_fill(&before);
		/* Answered where it counts: CPUID 0, MSR 0xBD. */
		before.gpr[RAX] = 0;
		before.gpr[RCX] = 0xBD;
		after = before;
		trial_run(&after, rows[i].code);
		expect_native_fault(&before, &after, VECTOR_UD);
		expect("VE_INFO", trial_ve_info().status, NO_VALID_VE_INFO);
	}
	return rules_verdict();
}
