/* SPDX-License-Identifier: MIT */
/* lib/quote: what is taken for a TD's own quote has its report in it. */
#include "tests/fuzz/fuzz.h"

#include "lib/quote.h"

/* The bodies of version 4, and of version 5 for TDX 1.0 and 1.5. */
static void expect_own(const uint8_t *quote, size_t size, const uint8_t *report)
{
	const uint8_t *const body = quote + (quote[0] == 4 ? 48 : 54);

	expect_true(size >= 48 + 584 + 4, "not too short");
	expect_true(quote[0] == 4 || quote[0] == 5, "version");
	expect_true(quote[4] == 0x81 && !quote[5] && !quote[6] && !quote[7],
		    "type of TEE");
	expect_bytes(body, report + 264, 120, "module");
	expect_bytes(body + 120, report + 512, 400, "TDINFO");
	expect_bytes(body + 520, report + 128, 64, "REPORTDATA");
	if (quote[0] == 5 && quote[48] == 3) {
		expect_bytes(body + 584, report + 384, 16, "TEE_TCB_SVN2");
		expect_bytes(body + 600, report + 912, 48, "SERVTD_HASH");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tdreport report;
	uint8_t *const bytes = (uint8_t *)&report;
	int got;

	/* Few different bytes, so that a mutation may find the right ones. */
	for (size_t i = 0; i < sizeof(report); i++)
		bytes[i] = (uint8_t)(i / 8 & 3);
	got = quote_check(data, size, &report);
	if (got > 0) {
		expect_true((size_t)got <= size, "not longer than the input");
		expect_own(data, (size_t)got, bytes);
	}
	return fuzz_verdict();
}
