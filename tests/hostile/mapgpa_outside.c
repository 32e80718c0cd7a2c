/* SPDX-License-Identifier: MIT */
/*
 * MapGPA that goes on behind its end is refused.
 * lie: mapgpa-outside
 * network: echo
 * expect: cannot share
 * gpaw: 48 52
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_conversion(-EIO, 0);
	work_without_network();
	return check_verdict();
}
