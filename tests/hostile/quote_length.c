/* SPDX-License-Identifier: MIT */
/*
 * Quotes of no bytes, of one more than the buffer has, of 4 GiB, and of a
 * length that changes while it is looked at: the last one may be caught in a
 * moment in which it is right.
 * lie: quote-length
 * options: --quote-service
 * network: echo
 */
#include "tests/hostile/quotes.h"

int main(void)
{
	for (int i = 0; i < 6; i++) {
		int got;

		quotes_expect(3, -EBADMSG, -EBADMSG);
		got = quotes_get();
		CHECK(got > 0 || got == -EBADMSG);
	}
	CHECK(attest_count_refused() >= 18);
	CHECK_EQUAL(quotes_beside_work(), -EBADMSG);
	return check_verdict();
}
