/* SPDX-License-Identifier: MIT */
/*
 * Late interrupts of the timer make waits longer, never shorter.
 * lie: timer-late
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
