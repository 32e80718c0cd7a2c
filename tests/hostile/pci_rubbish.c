/* SPDX-License-Identifier: MIT */
/*
 * Rubbish in configuration space: the device is found or not, set up or not;
 * the program runs.
 * lie: pci-rubbish
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
