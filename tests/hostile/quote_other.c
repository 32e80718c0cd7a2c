/* SPDX-License-Identifier: MIT */
/*
 * Quotes of good form of another TD, another module, or for other data.
 * lie: quote-other
 * options: --quote-service
 * network: echo
 */
#include "tests/hostile/quotes.h"

int main(void)
{
	quotes_expect(21, -ESTALE, -ESTALE);
	CHECK_EQUAL(attest_count_refused(), 21);
	CHECK_EQUAL(quotes_beside_work(), -ESTALE);
	CHECK_EQUAL(attest_count_quotes(), 0);
	return check_verdict();
}
