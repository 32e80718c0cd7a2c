/* SPDX-License-Identifier: MIT */
/*
 * A host without a quoting service says so at once.
 * options: --deterministic
 * boot: tdvf
 */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	static uint8_t quote[APP_QUOTE_MAX];
	const uint8_t data[APP_QUOTE_DATA_SIZE] = { 1 };
	const uint64_t start = app_uptime();

	for (int i = 0; i < 3; i++)
		CHECK_EQUAL(app_quote(data, quote, sizeof(quote),
				      start + UINT64_C(5000000000)),
			    -ENODEV);
	CHECK(app_uptime() - start < UINT64_C(1000000000));
	return check_verdict();
}
