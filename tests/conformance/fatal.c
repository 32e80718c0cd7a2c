/* SPDX-License-Identifier: MIT */
/*
 * ReportFatalError as QEMU reads it: of the registers of the message those
 * that the guest has exposed, in their order; a page with more, if R12 says
 * so. "ReportFatalError" of the reference.
 * exit: 3
 * expect: "R15-TextRSI-Txt.", with more at GPA 5000
 */
#include <string.h>

#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

static uint64_t word(const char text[8])
{
	uint64_t value;

	memcpy(&value, text, sizeof(value));
	return value;
}

int main(void)
{
	struct trial trial = { 0 };

	trial_init();
	trial.gpr[RAX] = TDG_VP_VMCALL;
	trial.gpr[RCX] = BIT(RSI) | BIT(R8) | BIT(R10) | BIT(R11) | BIT(R12) |
			 BIT(R13) | BIT(R15);
	trial.gpr[R11] = VMCALL_FATAL_ERROR;
	trial.gpr[R12] = BIT(63);
	trial.gpr[R13] = 0x5000;
	trial.gpr[R15] = word("R15-Text");
	trial.gpr[RSI] = word("RSI-Txt\x01");
	trial.gpr[R14] = word("hidden..");
	trial_run(&trial, CODE(TDCALL));
	return 0;
}
