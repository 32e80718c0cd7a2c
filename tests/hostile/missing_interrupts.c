/* SPDX-License-Identifier: MIT */
/*
 * Without interrupts of the device there is no network; time goes on.
 * lie: missing-interrupts
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
