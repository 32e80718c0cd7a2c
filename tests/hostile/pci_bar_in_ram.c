/* SPDX-License-Identifier: MIT */
/*
 * Registers that lie in RAM are refused.
 * lie: pci-bar-in-ram
 * network: echo
 * expect: is not usable (-5)
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
