/* SPDX-License-Identifier: MIT */
/*
 * A TD that is not run for a tenth of a second, now and then: what waits waits
 * longer, and nothing is given up.
 * lie: time-jumps
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
