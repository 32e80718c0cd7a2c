/* SPDX-License-Identifier: MIT */
/*
 * Statuses that are none: neither success nor in flight.
 * lie: quote-status
 * options: --quote-service
 * network: echo
 */
#include "tests/hostile/quotes.h"

int main(void)
{
	quotes_expect(24, -EIO, -EIO);
	CHECK_EQUAL(quotes_beside_work(), -EIO);
	CHECK_EQUAL(attest_count_quotes(), 0);
	return check_verdict();
}
