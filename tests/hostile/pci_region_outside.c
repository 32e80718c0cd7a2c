/* SPDX-License-Identifier: MIT */
/*
 * Registers behind the end of their BAR are refused.
 * lie: pci-region-outside
 * network: echo
 * expect: is not usable (-5)
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
