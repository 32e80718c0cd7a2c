/* SPDX-License-Identifier: MIT */
/*
 * MapGPA that goes on before its start is refused.
 * lie: mapgpa-backwards
 * network: echo
 * expect: cannot share
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_conversion(-EIO, 0);
	work_without_network();
	return check_verdict();
}
