/* SPDX-License-Identifier: MIT */
/*
 * An index that jumps ends the device.
 * lie: used-index
 * network: echo
 * expect: ring is corrupt
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
