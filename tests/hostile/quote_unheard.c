/* SPDX-License-Identifier: MIT */
/*
 * Quotes are there, but no interrupt says so: they are found in time.
 * lie: missing-interrupts
 * options: --quote-service
 */
#include "tests/hostile/quotes.h"

int main(void)
{
	for (int i = 0; i < 5; i++)
		CHECK(quotes_get() > 0);
	work_alone();
	return check_verdict();
}
