/* SPDX-License-Identifier: MIT */
/*
 * A queue without entries is refused.
 * lie: virtio-queue-zero
 * network: echo
 * expect: it cannot be set up
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
