/* SPDX-License-Identifier: MIT */
/*
 * The last words show their text and nothing else.
 * lie: look-for-canaries
 * exit: 3
 * expect: the TD reported a fatal error: "a short text"
 */
#include "tests/hostile/canaries.h"

#include "tests/hostile/work.h"

int main(void)
{
	const uint64_t args[3] = { (uintptr_t)"a short text", 0, 0 };
	struct ve_registers after;

	canary_call((void (*)(void))tdx_report_fatal, args, &after,
		    canary_word());
	return check_survived();
}
