/* SPDX-License-Identifier: MIT */
/*
 * Frames with wrong bits are TCP's to find: all that arrives is right.
 * lie: frame-rubbish
 * network: echo
 * expect: 128+128 buffers
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
