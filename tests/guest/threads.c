/* SPDX-License-Identifier: MIT */
/*
 * Threads: who is ready runs in turn, stacks are aligned, what a thread had
 * comes back when it ends, and a stack that is too large is refused.
 */
#include "kernel/app.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "tests/guest/check.h"

#define MANY 3000
#define TURNS 4

static char order[64];
static unsigned int num_ended;

static void take_turns(void *arg)
{
	for (unsigned int i = 0; i < TURNS; i++) {
		order[strlen(order)] = *(const char *)arg;
		thread_yield();
	}
	num_ended++;
}

static void check_turns(void)
{
	CHECK_EQUAL(app_thread("a", take_turns, "a"), 0);
	CHECK_EQUAL(app_thread("b", take_turns, "b"), 0);
	CHECK_EQUAL(app_thread("c", take_turns, "c"), 0);
	while (num_ended < 3)
		thread_yield();
	CHECK_TEXT(order, "abcabcabcabc");
}

/* A variable that SSE wants aligned, and a number that SSE computes. */
static void use_sse(void *arg)
{
	volatile _Alignas(16) double third = 1.0 / 3.0;
	/* Volatile, or the compiler takes the alignment for granted. */
	volatile double *volatile at = &third;

	thread_yield();
	CHECK_EQUAL((uintptr_t)at % 16, 0);
	CHECK_EQUAL(third * 3.0, 1);
	*(unsigned int *)arg += 1;
}

static void check_many(void)
{
	unsigned int num_done = 0;
	const size_t pages = page_count_free();
	struct thread *thread = NULL;

	for (unsigned int i = 0; i < MANY; i++) {
		thread = thread_create("one of many", use_sse, &num_done,
				       PAGE_SIZE);
		if (!CHECK(thread != NULL))
			break;
		CHECK_TEXT(thread_name(thread), "one of many");
		/* A few at a time. */
		if (i % 16 == 0)
			while (num_done < i)
				thread_yield();
	}
	while (num_done < MANY && thread)
		thread_yield();
	thread_yield();
	/* Guard pages have split large pages: those tables stay. */
	CHECK(page_count_free() + 64 > pages);
}

static void never(void *arg)
{
	(void)arg;
	CHECK(false);
}

int main(void)
{
	CHECK_TEXT(thread_name(thread_current()), "main");
	check_turns();
	check_many();
	CHECK(thread_create("huge", never, NULL, SIZE_MAX - 100) == NULL);
	CHECK(thread_create("large", never, NULL, 1UL << 40) == NULL);
	thread_yield();
	return check_verdict();
}
