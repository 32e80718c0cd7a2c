/* SPDX-License-Identifier: MIT */
/*
 * An MSI-X table behind the end of its BAR is refused.
 * lie: pci-msix-outside
 * network: echo
 * expect: is not usable (-5)
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
