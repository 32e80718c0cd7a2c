/* SPDX-License-Identifier: MIT */
/*
 * Rubbish in every register that is no answer: nothing of it is ever used.
 * lie: scribble
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
