/* SPDX-License-Identifier: MIT */
/*
 * A console that is never ready is written to all the same.
 * lie: uart-never-ready
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
