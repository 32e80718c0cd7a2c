/* SPDX-License-Identifier: MIT */
/*
 * A #VE that nobody can handle ends the TD by name: WBINVD.
 * exit: 3
 * expect: #VE: unexpected exit reason 0x36
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

int main(void)
{
	struct ve_registers regs = { .rflags = 2 };

	ve_case_run(ve_wbinvd, &regs);
	return check_survived();
}
