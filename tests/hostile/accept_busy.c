/* SPDX-License-Identifier: MIT */
/*
 * The module is busy for a while whenever pages are accepted.
 * lie: accept-busy
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_conversion(0, 0);
	work_conversion(0, 0);
	work_conversion(0, 0);
	work_conversion(0, 0);
	work();
	return check_verdict();
}
