/* SPDX-License-Identifier: MIT */
/*
 * Sizes that no BAR can have are refused.
 * lie: pci-bar-size
 * network: echo
 * expect: is not usable (-5)
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
