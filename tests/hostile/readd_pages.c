/* SPDX-License-Identifier: MIT */
/*
 * Other pages in the place of accepted ones are not taken: they are pending,
 * and their use ends the TD.
 * lie: readd-pages
 * exit: 4
 * expect: rule broken: a private page
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	work_without_network();
	work_without_network();
	return check_verdict();
}
