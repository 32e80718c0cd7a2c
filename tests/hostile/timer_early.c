/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of the timer that come early make no wait shorter.
 * lie: timer-early
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
