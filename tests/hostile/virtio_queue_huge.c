/* SPDX-License-Identifier: MIT */
/*
 * A queue that could be larger than any is as large as ours.
 * lie: virtio-queue-huge
 * network: echo
 * expect: 128+128 buffers
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
