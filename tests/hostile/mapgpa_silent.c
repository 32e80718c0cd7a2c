/* SPDX-License-Identifier: MIT */
/*
 * A page that only seems to be converted is still accepted when it comes back:
 * such a page may have been somebody's, and is refused.
 * lie: mapgpa-silent
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_silent();
	work_without_network();
	return check_verdict();
}
