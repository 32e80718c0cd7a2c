/* SPDX-License-Identifier: MIT */
/*
 * Rubbish in what the host says of the machine.
 * lie: fw-cfg-rubbish
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
