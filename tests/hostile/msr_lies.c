/* SPDX-License-Identifier: MIT */
/*
 * Rubbish from the MSRs that are the host's: only its own interrupts suffer.
 * lie: msr-lies
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
