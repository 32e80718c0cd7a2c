/* SPDX-License-Identifier: MIT */
/*
 * What the host writes over descriptors is never read back.
 * lie: desc-scribble
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
