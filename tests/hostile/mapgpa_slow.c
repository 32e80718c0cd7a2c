/* SPDX-License-Identifier: MIT */
/*
 * MapGPA with honest progress, page by page, succeeds.
 * lie: mapgpa-slow
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work();
	return check_verdict();
}
