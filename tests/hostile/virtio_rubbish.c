/* SPDX-License-Identifier: MIT */
/*
 * Rubbish in the device's registers: it is set up or not; the program runs.
 * lie: virtio-rubbish
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
