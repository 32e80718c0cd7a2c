/* SPDX-License-Identifier: MIT */
/*
 * A host that lets the TD run on is told so.
 * lie: reset-ignored
 * exit: 3
 * expect: host: the TD was not powered off
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
