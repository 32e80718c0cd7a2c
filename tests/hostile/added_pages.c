/* SPDX-License-Identifier: MIT */
/*
 * Pages that the host has added before the start are the firmware's concern;
 * they show in the measurement.
 * lie: added-pages
 * boot: efi
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
