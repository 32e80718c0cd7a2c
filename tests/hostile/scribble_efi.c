/* SPDX-License-Identifier: MIT */
/*
 * The same with a firmware that is not ours.
 * lie: scribble
 * boot: efi
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
