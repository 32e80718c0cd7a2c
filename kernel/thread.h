/* SPDX-License-Identifier: MIT */
/*
 * Cooperative threads: one runs until it blocks, yields or ends. Interrupt
 * handlers run on top of whichever thread is current and only ever wake.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "lib/compiler.h"
#include "lib/types.h"

struct thread;

/* A queue of blocked threads. All zero is an empty one. */
struct wait_queue {
	struct thread *first;
	struct thread *last;
};

#define THREAD_FOREVER UINT64_MAX

/* Makes the running context the first thread; needs page_init(). */
void thread_init(void);

/*
 * Starts fn(arg) on a stack of stack_size bytes (rounded up to pages, with an
 * unmapped guard page below). name is kept by reference. NULL: no memory.
 */
struct thread *thread_create(const char *name, void (*fn)(void *), void *arg,
			     size_t stack_size) must_check;
noreturn void thread_exit(void);
void thread_yield(void);
struct thread *thread_current(void);
const char *thread_name(const struct thread *thread);
/* The thread whose stack has its guard page at address, or NULL. */
const struct thread *thread_find_guard(uint64_t address);

/*
 * Blocks until woken or until time_now() reaches deadline (nanoseconds;
 * THREAD_FOREVER: never). 0 when woken, -ETIMEDOUT otherwise. Call with
 * interrupts off when an interrupt handler is the waker: they are turned on
 * only while the CPU does something else, and off again on return.
 */
int thread_wait(struct wait_queue *queue, uint64_t deadline);
/* Wakes the longest waiting thread, or all. Callable from handlers. */
void thread_wake_one(struct wait_queue *queue);
void thread_wake_all(struct wait_queue *queue);
/* Sleeps at least that long. */
void thread_sleep(uint64_t nanoseconds);

/* TSC ticks for which nothing was ready and the CPU was halted. */
uint64_t thread_idle_tsc(void);

#endif
