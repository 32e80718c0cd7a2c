/* SPDX-License-Identifier: MIT */
/*
 * A list of memory that makes no sense is refused.
 * lie: hob-rubbish
 * exit: 3
 * expect: tdvf: the
 * options: --seed 2
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
