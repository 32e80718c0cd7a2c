/* SPDX-License-Identifier: MIT */
/*
 * INT 20 has the vector of #VE and no VE info: no handler may guess one.
 * exit: 3
 * expect: #VE without VE info: status 0xc000070400000000
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

int main(void)
{
	struct ve_registers regs = { .rflags = 2 };

	ve_case_run(ve_int20, &regs);
	return check_survived();
}
