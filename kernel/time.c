/* SPDX-License-Identifier: MIT */
/*
 * The clock is the TSC; timers stand in one list, soonest first. The timer's
 * interrupt costs a host call to program, so that happens only on the way to
 * a halt, and only if no interrupt is on its way that comes early enough.
 */
#include "kernel/time.h"

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/irq.h"
#include "kernel/panic.h"

/* Keeps remainder * NSEC_PER_SEC within 64 bits; the module allows less. */
#define TSC_HZ_MAX UINT64_C(18000000000)

static struct {
	uint64_t hz;
	uint64_t start;		/* TSC at time_init() */
	uint64_t programmed;	/* TSC of the interrupt on its way; 0: none */
	struct list timers;
} clock;

static struct timer *timer_first(void)
{
	return container_of(clock.timers.next, struct timer, node);
}

uint64_t time_from_tsc(uint64_t ticks)
{
	return ticks / clock.hz * NSEC_PER_SEC +
	       ticks % clock.hz * NSEC_PER_SEC / clock.hz;
}

uint64_t time_now(void)
{
	return time_from_tsc(cpu_rdtsc() - clock.start);
}

/* The first TSC value at which time_now() has reached deadline. */
static uint64_t tsc_of(uint64_t deadline)
{
	const uint64_t seconds = deadline / NSEC_PER_SEC;
	const uint64_t rest = deadline % NSEC_PER_SEC;

	if (seconds >= (UINT64_MAX - clock.start) / clock.hz - 1)
		return UINT64_MAX;
	return clock.start + seconds * clock.hz +
	       (rest * clock.hz + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

static void timer_interrupt(void *arg)
{
	(void)arg;
	clock.programmed = 0;
}

void time_init(void)
{
	list_init(&clock.timers);
	clock.hz = tdx_tsc_hz();
	if (!clock.hz || clock.hz > TSC_HZ_MAX)
		panic("TSC of %lu Hz", clock.hz);
	clock.start = cpu_rdtsc();
	irq_set(TDX_VECTOR_TIMER, timer_interrupt, NULL);
}

void timer_arm(struct timer *timer, uint64_t deadline)
{
	const uint64_t flags = irq_save();
	struct list *at;

	timer_cancel(timer);
	timer->deadline = deadline;
	timer->is_armed = true;
	for (at = clock.timers.next; at != &clock.timers; at = at->next)
		if (container_of(at, struct timer, node)->deadline > deadline)
			break;
	list_insert(at, &timer->node);
	irq_restore(flags);
}

void timer_cancel(struct timer *timer)
{
	const uint64_t flags = irq_save();

	if (timer->is_armed)
		list_remove(&timer->node);
	timer->is_armed = false;
	irq_restore(flags);
}

void timer_run(void)
{
	uint64_t now;

	if (list_is_empty(&clock.timers))
		return;
	now = time_now();
	while (!list_is_empty(&clock.timers) &&
	       timer_first()->deadline <= now) {
		struct timer *timer = timer_first();

		timer_cancel(timer);
		timer->fire(timer);
	}
}

void timer_program(void)
{
	uint64_t tsc;

	if (list_is_empty(&clock.timers))
		return;
	tsc = tsc_of(timer_first()->deadline);
	/*
	 * An interrupt that comes too early costs one more turn of the idle
	 * loop. One that should have come by now may have been lost by the
	 * host: do not count on it.
	 */
	if (clock.programmed && clock.programmed <= tsc &&
	    clock.programmed > cpu_rdtsc())
		return;
	clock.programmed = tsc;
	tdx_apic_set_deadline(tsc);
}
