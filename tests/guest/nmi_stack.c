/* SPDX-License-Identifier: MIT */
/*
 * An NMI where the stack pointer leads nowhere: its handler has a stack of its
 * own, and what was interrupted goes on.
 *
 * options: --irq-window
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/nmi_window.h"
#include "tests/guest/ve_cases.h"

#define BOUNDARIES_MAX 500

int main(void)
{
	/* Behind the first XCHG, and behind the NOP. */
	const uint64_t first = ve_case_code(ve_no_stack) + 2;
	unsigned int found = 0;

	for (uint32_t after = 1; found < 2 && after < BOUNDARIES_MAX; after++) {
		const uint64_t nmis = tdx_count(TDX_COUNT_NMI);
		struct ve_registers regs = { .rbx = 3, .rflags = 2 };
		uint64_t at;

		nmi_window_arm(after);
		ve_case_run(ve_no_stack, &regs);
		at = nmi_window_came_at();
		CHECK_EQUAL(tdx_count(TDX_COUNT_NMI), nmis + 1);
		CHECK_EQUAL(regs.rax, 0);
		CHECK_EQUAL(regs.rbx, 3);
		found += at == first || at == first + 1;
	}
	CHECK_EQUAL(found, 2);
	return check_verdict();
}
