/* SPDX-License-Identifier: MIT */
/*
 * A list of memory that makes no sense is refused; one that does is used.
 * lie: hob-rubbish
 * exit: 0 3
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
