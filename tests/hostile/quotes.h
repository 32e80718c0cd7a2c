/* SPDX-License-Identifier: MIT */
/*
 * Asking a host for quotes that lies about them: each call ends in time, with
 * the error that is wanted, and writes nothing behind the caller's memory;
 * meanwhile and afterwards the program works on.
 */
#ifndef TESTS_HOSTILE_QUOTES_H
#define TESTS_HOSTILE_QUOTES_H

#include <errno.h>

#include "kernel/attest.h"
#include "tests/hostile/work.h"

/* So long that a busy machine makes no call fail; or what a test says. */
#ifndef QUOTES_PATIENCE
#define QUOTES_PATIENCE (10 * WORK_SECONDS)
#endif
/* An answer is looked at once more; the machine has other things to do. */
#define QUOTES_SLACK (5 * WORK_SECONDS)
#define QUOTES_GUARD 64
#define QUOTES_GUARD_BYTE 0x6D

/* One call: its result. */
static inline int quotes_get(void)
{
	static uint8_t room[ATTEST_QUOTE_MAX + QUOTES_GUARD];
	static uint8_t data[TDREPORT_DATA_SIZE];
	const uint64_t start = app_uptime();
	size_t wrong = 0;
	int got;

	data[0]++;
	memset(room + ATTEST_QUOTE_MAX, QUOTES_GUARD_BYTE, QUOTES_GUARD);
	got = app_quote(data, room, ATTEST_QUOTE_MAX, start + QUOTES_PATIENCE);
	CHECK(app_uptime() - start <= QUOTES_PATIENCE + QUOTES_SLACK);
	for (size_t i = 0; i < QUOTES_GUARD; i++)
		wrong += room[ATTEST_QUOTE_MAX + i] != QUOTES_GUARD_BYTE;
	CHECK_EQUAL(wrong, 0);
	/* What is believed is right: version, type, data. */
	if (got > 0)
		CHECK(room[0] == 4 && room[4] == QUOTE_TEE_TDX &&
		      !memcmp(room + 568, data, sizeof(data)));
	return got;
}

/* So many calls, each with one of the two results. */
static inline void quotes_expect(unsigned int count, int want, int or_want)
{
	for (unsigned int i = 0; i < count; i++) {
		const int got = quotes_get();

		if (!CHECK(got == want || got == or_want))
			printf("call %u: %d\n", i, got);
	}
}

static inline void quotes_ask(void *arg)
{
	*(volatile int *)arg = quotes_get();
}

/* A thread waits for a quote; others do not wait for it. */
static inline int quotes_beside_work(void)
{
	static volatile int got;

	got = 0;
	CHECK_EQUAL(app_thread("quote", quotes_ask, (void *)(uintptr_t)&got),
		    0);
	work();
	for (int i = 0; i < 1500 && !got; i++)
		sys_msleep(10);
	return got;
}

#endif
