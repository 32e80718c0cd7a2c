/* SPDX-License-Identifier: MIT */
/*
 * The other form of the halt, chosen at boot: sleeps end, on time, and with
 * interrupts on.
 *
 * options: --append halt=masked --deterministic
 * boot: tdvf
 * expect: halt: interrupts stay masked
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

int main(void)
{
	const uint64_t halts = tdx_count(TDX_COUNT_CALL_HLT);

	for (unsigned int ms = 0; ms < 30; ms++) {
		const uint64_t start = time_now();

		thread_sleep(ms * NSEC_PER_MSEC);
		CHECK(time_now() - start >= ms * NSEC_PER_MSEC);
		CHECK(time_now() - start < NSEC_PER_SEC);
		CHECK(cpu_read_flags() & RFLAGS_IF);
	}
	CHECK(tdx_count(TDX_COUNT_CALL_HLT) >= halts + 29);
	return check_verdict();
}
