/* SPDX-License-Identifier: MIT */
/*
 * Timers and sleep: never early, in the order of their deadlines, moved and
 * cancelled as asked; an idle TD halts, and nobody programs a timer in vain.
 * The order is that of milliseconds, which a busy machine loses now and then.
 *
 * options: --deterministic
 * boot: tdvf
 */
#define _DEFAULT_SOURCE

#include <time.h>
#include <unistd.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

#define TIMERS 5
/* Hosts that lie are late; a second is a hang. */
#define LATE_MAX NSEC_PER_SEC

static struct {
	struct timer timer;
	uint64_t fired_at;
	unsigned int count;
} timers[TIMERS];
static char order[TIMERS + 1];

static void fire(struct timer *timer)
{
	for (unsigned int i = 0; i < TIMERS; i++) {
		if (timer != &timers[i].timer)
			continue;
		timers[i].fired_at = time_now();
		timers[i].count++;
		order[strlen(order)] = (char)('0' + i);
	}
}

static void check_order(void)
{
	static const unsigned int ms[TIMERS] = { 30, 10, 50, 20, 40 };
	const uint64_t start = time_now();

	for (unsigned int i = 0; i < TIMERS; i++) {
		timers[i].timer.fire = fire;
		timer_arm(&timers[i].timer, start + ms[i] * NSEC_PER_MSEC);
	}
	timer_arm(&timers[2].timer, start + 15 * NSEC_PER_MSEC);
	timer_cancel(&timers[4].timer);
	timer_cancel(&timers[4].timer);
	thread_sleep(60 * NSEC_PER_MSEC);

	CHECK_TEXT(order, "1230");
	for (unsigned int i = 0; i < 4; i++) {
		const uint64_t due = timers[i].timer.deadline;

		CHECK_EQUAL(timers[i].count, 1);
		CHECK(!timers[i].timer.is_armed);
		CHECK(timers[i].fired_at >= due);
		CHECK(timers[i].fired_at < due + LATE_MAX);
	}
	CHECK_EQUAL(timers[4].count, 0);
}

static void check_sleep(void)
{
	const uint64_t halts = tdx_count(TDX_COUNT_CALL_HLT);
	const struct timespec pause = { 0, 3000000 };
	uint64_t start = time_now();

	thread_sleep(20 * NSEC_PER_MSEC);
	CHECK(time_now() - start >= 20 * NSEC_PER_MSEC);
	CHECK(time_now() - start < LATE_MAX);
	CHECK(tdx_count(TDX_COUNT_CALL_HLT) > halts);

	start = time_now();
	CHECK_EQUAL(usleep(3000), 0);
	CHECK(time_now() - start >= 3 * NSEC_PER_MSEC);
	start = time_now();
	CHECK_EQUAL(nanosleep(&pause, NULL), 0);
	CHECK(time_now() - start >= 3 * NSEC_PER_MSEC);
	thread_sleep(0);
}

/* Over before a timer could be programmed: who rounds a deadline is found. */
static void check_short_sleeps(void)
{
	for (uint64_t ns = 1; ns < NSEC_PER_MSEC; ns *= 2) {
		const uint64_t start = time_now();

		thread_sleep(ns);
		CHECK(time_now() - start >= ns);
	}
}

static void doze(void *arg)
{
	const unsigned int ms = *(const unsigned int *)arg;

	thread_sleep(ms * NSEC_PER_MSEC);
	order[strlen(order)] = (char)('0' + ms / 10);
}

static void check_sleepers(void)
{
	static unsigned int ms[] = { 40, 10, 30, 20 };

	memset(order, 0, sizeof(order));
	for (unsigned int i = 0; i < ARRAY_SIZE(ms); i++)
		CHECK_EQUAL(app_thread("sleeper", doze, &ms[i]), 0);
	thread_sleep(50 * NSEC_PER_MSEC);
	CHECK_TEXT(order, "1234");
}

/* Without a halt in between, arming costs no call to the host. */
static void check_laziness(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_CALL_WRMSR);

	for (unsigned int i = 0; i < 1000; i++) {
		timer_arm(&timers[0].timer,
			  time_now() + (1000 - i) * NSEC_PER_MSEC);
		thread_yield();
	}
	timer_cancel(&timers[0].timer);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_WRMSR), before);
}

static void check_clock(void)
{
	const uint64_t hz = tdx_tsc_hz();
	uint64_t last = time_now();

	CHECK_EQUAL(time_from_tsc(0), 0);
	CHECK_EQUAL(time_from_tsc(hz), NSEC_PER_SEC);
	CHECK_EQUAL(time_from_tsc(hz * 100000000), 100000000 * NSEC_PER_SEC);
	CHECK_EQUAL(time_from_tsc(hz * 3 + hz / 2), 3500000000);
	for (unsigned int i = 0; i < 10000; i++) {
		const uint64_t now = time_now();

		if (now < last)
			CHECK_EQUAL(now, last);
		last = now;
	}
}

/* Deadlines too far away for the TSC are as good as none. */
static void check_far(void)
{
	timer_arm(&timers[0].timer, UINT64_MAX - 1);
	timer_arm(&timers[1].timer, UINT64_MAX / 2);
	thread_sleep(5 * NSEC_PER_MSEC);
	CHECK(timers[0].timer.is_armed);
	CHECK(timers[1].timer.is_armed);
	timer_cancel(&timers[0].timer);
	timer_cancel(&timers[1].timer);
}

int main(void)
{
	check_clock();
	check_order();
	check_sleep();
	check_short_sleeps();
	check_sleepers();
	check_laziness();
	check_far();
	return check_verdict();
}
