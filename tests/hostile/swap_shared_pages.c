/* SPDX-License-Identifier: MIT */
/*
 * Rings and buffers that change places cost the network, nothing else.
 * lie: swap-shared-pages
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	work_without_network();
	return check_verdict();
}
