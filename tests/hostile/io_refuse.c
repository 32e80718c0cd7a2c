/* SPDX-License-Identifier: MIT */
/*
 * Without ports there is neither console nor power-off: the last words go
 * the way that is left.
 * lie: io-refuse
 * exit: 3
 * expect: the TD reported a fatal error: "host: the TD was not powered off"
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_alone();
	return check_verdict();
}
