/* SPDX-License-Identifier: MIT */
/*
 * errno and other thread-local variables: each thread starts with the initial
 * values, aligned as asked for, and keeps its own.
 */
#include <errno.h>
#include <stdlib.h>

#include "kernel/app.h"
#include "kernel/thread.h"
#include "tests/guest/check.h"

#define THREADS 8
#define ROUNDS 5

static _Thread_local unsigned int initialised = 4711;
static _Thread_local unsigned int zeroed;
static _Thread_local _Alignas(64) uint8_t aligned_bytes[3];
static unsigned int num_done;

static void run(void *arg)
{
	const unsigned int number = (unsigned int)(uintptr_t)arg;
	/* Volatile, or the compiler takes the alignment for granted. */
	uint8_t *volatile bytes = aligned_bytes;

	CHECK_EQUAL(initialised, 4711);
	CHECK_EQUAL(zeroed, 0);
	CHECK_EQUAL(errno, 0);
	CHECK_EQUAL((uintptr_t)bytes % 64, 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		initialised = number + i;
		zeroed = 2 * number + i;
		errno = (int)(100 + number);
		thread_yield();
		CHECK_EQUAL(initialised, number + i);
		CHECK_EQUAL(zeroed, 2 * number + i);
		CHECK_EQUAL(errno, 100 + number);
	}
	num_done++;
}

int main(void)
{
	errno = 5;
	for (uintptr_t i = 0; i < THREADS; i++)
		CHECK_EQUAL(app_thread("worker", run, (void *)i), 0);
	while (num_done < THREADS)
		thread_yield();
	CHECK_EQUAL(errno, 5);
	CHECK_EQUAL(initialised, 4711);
	CHECK(malloc(1UL << 45) == NULL);
	CHECK_EQUAL(errno, ENOMEM);
	return check_verdict();
}
