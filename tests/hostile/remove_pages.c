/* SPDX-License-Identifier: MIT */
/*
 * Pages taken from a TD that had accepted them end it; they never come back
 * as pages full of zeros.
 * lie: remove-pages
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
