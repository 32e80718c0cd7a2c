/* SPDX-License-Identifier: MIT */
/*
 * A buffer that comes back twice is either one that the device was given
 * again, with old contents, or ends the device.
 * lie: used-twice
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
