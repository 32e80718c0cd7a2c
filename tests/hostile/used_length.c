/* SPDX-License-Identifier: MIT */
/*
 * Lengths beyond the buffer's end the device.
 * lie: used-length
 * network: echo
 * expect: ring is corrupt
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
