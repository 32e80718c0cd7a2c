/* SPDX-License-Identifier: MIT */
/*
 * The device's interrupts never come: frames are found all the same, later.
 * lie: missing-interrupts
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	work_slow_network();
	work_alone();
	return check_verdict();
}
