/* SPDX-License-Identifier: MIT */
/*
 * MapGPA without progress is given up.
 * lie: mapgpa-retry-forever
 * network: echo
 * expect: cannot share
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_conversion(-ETIMEDOUT, 0);
	work_without_network();
	return check_verdict();
}
