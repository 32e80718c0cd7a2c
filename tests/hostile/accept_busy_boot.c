/* SPDX-License-Identifier: MIT */
/*
 * A module that stays busy for ever while the kernel accepts its memory.
 * lie: accept-busy-forever
 * exit: 3
 * expect: host: no memory for page tables: accepting it at
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
