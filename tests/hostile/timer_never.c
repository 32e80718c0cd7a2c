/* SPDX-License-Identifier: MIT */
/*
 * A timer whose interrupts never come. The TSC says what is due whenever the
 * TD is awake for another reason, and the next deadline is asked for again.
 * lie: timer-never
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

#define MSR_X2APIC_SELF_IPI 0x83F
#define ROUNDS 3
#define SLEEP (20 * NSEC_PER_MSEC)

static struct wait_queue bell;
static uint64_t slept;

static void ring(void *arg)
{
	(void)arg;
	thread_wake_one(&bell);
}

static void sleep_once(void *arg)
{
	const uint64_t start = time_now();

	(void)arg;
	thread_sleep(SLEEP);
	slept = time_now() - start;
}

/* Halts with an interrupt pending, which ends the halt at once. */
static void doze(unsigned int vector)
{
	const uint64_t flags = irq_save();

	cpu_wrmsr(MSR_X2APIC_SELF_IPI, vector);
	CHECK_EQUAL(thread_wait(&bell, THREAD_FOREVER), 0);
	irq_restore(flags);
}

int main(void)
{
	const int vector = irq_alloc(ring, NULL);

	CHECK(vector >= 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		const uint64_t programmed = tdx_count(TDX_COUNT_CALL_WRMSR);

		slept = 0;
		CHECK_EQUAL(app_thread("sleeper", sleep_once, NULL), 0);
		while (!slept)
			doze((unsigned int)vector);
		CHECK(slept >= SLEEP);
		CHECK(tdx_count(TDX_COUNT_CALL_WRMSR) > programmed);
	}
	return check_verdict();
}
