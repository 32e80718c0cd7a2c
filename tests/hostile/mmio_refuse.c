/* SPDX-License-Identifier: MIT */
/*
 * Without device registers there is no network.
 * lie: mmio-refuse
 * network: echo
 * expect: virtio: host: PCI device
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
