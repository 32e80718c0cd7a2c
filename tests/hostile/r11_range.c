/* SPDX-License-Identifier: MIT */
/*
 * Rubbish above the bytes of a register is cut off.
 * lie: r11-range
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
