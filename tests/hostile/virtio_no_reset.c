/* SPDX-License-Identifier: MIT */
/*
 * A device that is never reset is given up.
 * lie: virtio-no-reset
 * network: echo
 * expect: given up: it does not reset
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
