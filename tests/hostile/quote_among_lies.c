/* SPDX-License-Identifier: MIT */
/*
 * Honest quotes of a host that lies about everything else, also about whether
 * it took a request: they arrive, or the call ends with an error. What comes
 * for a request that the host denied is not taken for the next one's.
 * lie: scribble,r10-range,spurious-interrupts,timer-late
 * options: --quote-service
 * exit: 0 3
 * expect: RESULT: SUCCESS
 */
#define QUOTES_PATIENCE UINT64_C(1000000000)
#include "tests/hostile/quotes.h"

int main(void)
{
	unsigned int good = 0;

	for (int i = 0; i < 40; i++)
		good += quotes_get() > 0;
	printf("%u of 40\n", good);
	CHECK(good > 0);
	CHECK_EQUAL(attest_count_quotes(), good);
	work_alone();
	return check_verdict();
}
