/* SPDX-License-Identifier: MIT */
/*
 * One request at a time, in one buffer. The host says by an interrupt that it
 * has answered, if it can; as it may keep that to itself, the answer is also
 * looked for now and then. The thread waits meanwhile as for anything else.
 */
#include "kernel/attest.h"

#include <errno.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/time.h"

#define BUFFER_PAGES 4
#define BUFFER_SIZE (BUFFER_PAGES * PAGE_SIZE)

/* Between two looks, without and with an interrupt that should come first. */
#define LOOK_OFTEN (10 * NSEC_PER_MSEC)
#define LOOK_SELDOM (250 * NSEC_PER_MSEC)

static struct {
	void host_shared *buffer;	/* asked for once, never given back */
	bool is_lent;			/* a request has not been answered */
	bool is_taken;			/* a thread has its turn */
	bool has_interrupt;
	struct wait_queue turns;
	struct wait_queue answers;
	uint64_t num_quotes;
	uint64_t num_refused;
} attest;

static struct tdreport report;

uint64_t attest_count_quotes(void)
{
	return attest.num_quotes;
}

uint64_t attest_count_refused(void)
{
	return attest.num_refused;
}

static int turn_begin(uint64_t deadline)
{
	while (attest.is_taken)
		if (thread_wait(&attest.turns, deadline))
			return -ETIMEDOUT;
	attest.is_taken = true;
	return 0;
}

static void turn_end(void)
{
	attest.is_taken = false;
	thread_wake_one(&attest.turns);
}

static void interrupt(void *arg)
{
	(void)arg;
	thread_wake_all(&attest.answers);
}

/* Memory, and a way to be told; the latter is a matter of comfort. */
static int set_up(void)
{
	int vector;

	if (attest.buffer)
		return 0;
	attest.buffer = page_alloc_shared(BUFFER_PAGES);
	if (!attest.buffer)
		return -ENOMEM;
	vector = irq_alloc(interrupt, NULL);
	attest.has_interrupt = vector >= 0 &&
			       !tdx_quote_notify((unsigned int)vector);
	return 0;
}

static uint64_t next_look(uint64_t deadline)
{
	return min_u64(time_now() + (attest.has_interrupt ? LOOK_SELDOM :
							    LOOK_OFTEN),
		       deadline);
}

/* Until the buffer is no longer the host's. */
static int wait_for_host(uint64_t deadline)
{
	const uint64_t flags = irq_save();

	while (attest.is_lent) {
		attest.is_lent = tdx_quote_is_in_flight(attest.buffer);
		if (!attest.is_lent || time_now() >= deadline)
			break;
		thread_wait(&attest.answers, next_look(deadline));
	}
	irq_restore(flags);
	return attest.is_lent ? -ETIMEDOUT : 0;
}

/* A host that has too much to do may have time later. */
static int ask(uint64_t deadline)
{
	int err;

	for (;;) {
		err = tdx_quote_ask(attest.buffer, BUFFER_SIZE, &report);
		if (err != -EAGAIN)
			break;
		if (time_now() >= deadline)
			return -ETIMEDOUT;
		thread_sleep(min_u64(LOOK_OFTEN, deadline - time_now()));
	}
	attest.is_lent = !err;
	return err;
}

/*
 * An answer of no bytes is looked at twice: a host that writes the head of
 * the buffer is seen half way if its status comes before its length.
 */
static int take(void *to, size_t size)
{
	int got = tdx_quote_take(attest.buffer, BUFFER_SIZE, to, size);

	if (got != -ENODATA)
		return got;
	thread_sleep(LOOK_OFTEN);
	got = tdx_quote_take(attest.buffer, BUFFER_SIZE, to, size);
	return got == -ENODATA ? -EBADMSG : got;
}

static int get(const uint8_t data[TDREPORT_DATA_SIZE], void *to, size_t size,
	       uint64_t deadline)
{
	int got = set_up();

	if (!got)
		got = wait_for_host(deadline);
	if (!got)
		got = tdx_report(&report, data);
	if (!got)
		got = ask(deadline);
	if (!got)
		got = wait_for_host(deadline);
	if (!got)
		got = take(to, size);
	if (got > 0)
		got = quote_check(to, (size_t)got, &report);
	return got;
}

int attest_quote(const uint8_t data[TDREPORT_DATA_SIZE], void *to, size_t size,
		 uint64_t deadline)
{
	int got = turn_begin(deadline);

	if (got)
		return got;
	got = get(data, to, size, deadline);
	attest.num_quotes += got > 0;
	attest.num_refused += got == -EBADMSG || got == -ESTALE;
	turn_end();
	return got;
}
