/* SPDX-License-Identifier: MIT */
/*
 * A mixture, each for a moment. td-run --seed gives another one.
 * lie: random
 * network: echo
 * options: --seed 12
 * gpaw: 48 52
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
