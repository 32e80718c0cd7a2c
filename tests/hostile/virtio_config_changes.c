/* SPDX-License-Identifier: MIT */
/*
 * A configuration that never stays the same is given up.
 * lie: virtio-config-changes
 * network: echo
 * expect: it cannot be set up
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
