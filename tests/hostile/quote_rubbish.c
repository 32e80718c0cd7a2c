/* SPDX-License-Identifier: MIT */
/*
 * Random bytes instead of a quote, of its body, and of its length.
 * lie: quote-rubbish
 * options: --quote-service
 * network: echo
 */
#include "tests/hostile/quotes.h"

int main(void)
{
	quotes_expect(30, -EBADMSG, -ESTALE);
	CHECK_EQUAL(attest_count_refused(), 30);
	CHECK(quotes_beside_work() < 0);
	CHECK_EQUAL(attest_count_quotes(), 0);
	return check_verdict();
}
