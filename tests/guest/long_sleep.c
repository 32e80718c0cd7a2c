/* SPDX-License-Identifier: MIT */
/*
 * Deadlines seconds, minutes and a quarter of an hour away. Time that nothing
 * happens in takes none of the machine's under --deterministic.
 *
 * options: --deterministic
 */
#include "kernel/app.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

int main(void)
{
	static const uint64_t seconds[] = { 1, 5, 7, 20, 100, 900 };

	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++) {
		const uint64_t start = time_now();
		uint64_t took;

		thread_sleep(seconds[i] * NSEC_PER_SEC);
		took = time_now() - start;
		CHECK(took >= seconds[i] * NSEC_PER_SEC);
		CHECK(took < (seconds[i] + 1) * NSEC_PER_SEC);
	}
	return check_verdict();
}
