/* SPDX-License-Identifier: MIT */
/*
 * Buffers that do not exist end the device.
 * lie: used-id
 * network: echo
 * expect: ring is corrupt
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
