/* SPDX-License-Identifier: MIT */
/*
 * What the host writes over available rings is never read back.
 * lie: avail-scribble
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
