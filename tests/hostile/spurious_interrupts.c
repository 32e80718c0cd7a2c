/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of any vector, the device's, the timer's and the spurious one's
 * among them, at any time.
 * lie: spurious-interrupts
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
