/* SPDX-License-Identifier: MIT */
/*
 * The device is told of its buffers once more if it has not heard.
 * lie: missing-notifications
 * network: echo
 * limit: 180
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	work_slow_network();
	work_alone();
	return check_verdict();
}
