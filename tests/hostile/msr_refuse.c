/* SPDX-License-Identifier: MIT */
/*
 * Without a local APIC there is no time-out: nothing can be promised.
 * lie: msr-refuse
 * exit: 3
 * expect: tdx: host refuses a local APIC register
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
