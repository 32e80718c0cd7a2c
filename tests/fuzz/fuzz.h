/* SPDX-License-Identifier: MIT */
/* What fuzz targets share: libFuzzer calls them, a failed check is a crash. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>

#include "tests/unit/expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline int fuzz_verdict(void)
{
	if (!expect_failures)
		return 0;
	fflush(stdout);
	abort();
}

#endif
