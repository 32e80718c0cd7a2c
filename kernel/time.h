/* SPDX-License-Identifier: MIT */
/*
 * Time from the TSC, whose rate and monotony the TDX module guarantees; the
 * host may delay the timer's interrupt but cannot move the clock.
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include "lib/list.h"
#include "lib/types.h"

#define NSEC_PER_SEC UINT64_C(1000000000)
#define NSEC_PER_MSEC UINT64_C(1000000)
#define NSEC_PER_USEC UINT64_C(1000)

void time_init(void);
/* Nanoseconds since time_init(). Callable from anywhere. */
uint64_t time_now(void);
/* TSC ticks to nanoseconds, without overflow for any tick count. */
uint64_t time_from_tsc(uint64_t ticks);

/*
 * A one-shot timer. The callback runs with interrupts off and may only do what
 * an interrupt handler may. It runs when the deadline has passed and the CPU
 * is idle or a thread blocks, yields or ends: as threads are cooperative,
 * none that it wakes could run earlier, and no interrupt needs programming
 * while there is work to do.
 */
struct timer {
	struct list node;
	uint64_t deadline;
	void (*fire)(struct timer *timer);
	bool is_armed;
};

/* Arms, or moves an armed one; deadline in nanoseconds of time_now(). */
void timer_arm(struct timer *timer, uint64_t deadline);
void timer_cancel(struct timer *timer);

/* For the scheduler, interrupts off: fires the timers that are due. */
void timer_run(void);
/* For the scheduler before it halts: an interrupt will come for the next. */
void timer_program(void);

#endif
