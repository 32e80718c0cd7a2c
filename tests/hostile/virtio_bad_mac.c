/* SPDX-License-Identifier: MIT */
/*
 * A network card with a group's address is refused.
 * lie: virtio-bad-mac
 * network: echo
 * expect: it cannot be set up
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
