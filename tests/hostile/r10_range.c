/* SPDX-License-Identifier: MIT */
/*
 * Statuses that do not exist are refusals. Device registers then read as ones
 * now and then: the network may come up or not.
 * boot: efi
 * lie: r10-range
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
