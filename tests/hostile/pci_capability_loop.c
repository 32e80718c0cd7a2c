/* SPDX-License-Identifier: MIT */
/*
 * A list of capabilities without end is walked so far and no further.
 * lie: pci-capability-loop
 * network: echo
 * expect: is not usable (-5)
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
