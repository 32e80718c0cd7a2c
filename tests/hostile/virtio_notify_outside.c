/* SPDX-License-Identifier: MIT */
/*
 * Notifications outside of their region are refused.
 * lie: virtio-notify-outside
 * network: echo
 * expect: it cannot be set up
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
