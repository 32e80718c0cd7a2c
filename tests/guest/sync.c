/* SPDX-License-Identifier: MIT */
/*
 * Mutex, condition and semaphore: exclusion, order, and deadlines that pass.
 */
#include <errno.h>

#include "kernel/app.h"
#include "kernel/sync.h"
#include "kernel/time.h"
#include "tests/guest/check.h"

#define WORKERS 6
#define ROUNDS 50
#define SLOTS 3

static struct mutex mutex;
static unsigned int num_inside;
static unsigned int num_done;

static void contend(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		mutex_lock(&mutex);
		num_inside++;
		thread_yield();
		CHECK_EQUAL(num_inside, 1);
		num_inside--;
		mutex_unlock(&mutex);
		if (i % 7 == 0)
			thread_yield();
	}
	num_done++;
}

static void check_mutex(void)
{
	for (unsigned int i = 0; i < WORKERS; i++)
		CHECK_EQUAL(app_thread("contender", contend, NULL), 0);
	while (num_done < WORKERS)
		thread_yield();
	CHECK(mutex.owner == NULL);
}

/* A bounded buffer between two threads. */
static struct {
	struct mutex mutex;
	struct condition changed;
	unsigned int items[SLOTS];
	unsigned int count;
} buffer;

static void produce(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		mutex_lock(&buffer.mutex);
		while (buffer.count == SLOTS)
			CHECK_EQUAL(condition_wait(&buffer.changed,
						   &buffer.mutex,
						   THREAD_FOREVER), 0);
		buffer.items[buffer.count++] = i;
		condition_broadcast(&buffer.changed);
		mutex_unlock(&buffer.mutex);
	}
}

static void check_condition(void)
{
	unsigned int sum = 0;

	CHECK_EQUAL(app_thread("producer", produce, NULL), 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		mutex_lock(&buffer.mutex);
		while (!buffer.count)
			CHECK_EQUAL(condition_wait(&buffer.changed,
						   &buffer.mutex,
						   THREAD_FOREVER), 0);
		CHECK(buffer.count <= SLOTS);
		sum += buffer.items[--buffer.count];
		condition_broadcast(&buffer.changed);
		mutex_unlock(&buffer.mutex);
	}
	CHECK_EQUAL(sum, ROUNDS * (ROUNDS - 1) / 2);
}

static void check_deadlines(void)
{
	struct condition never = { { NULL, NULL } };
	struct semaphore empty = { 0, { NULL, NULL } };
	uint64_t deadline = time_now() + 5 * NSEC_PER_MSEC;

	mutex_lock(&mutex);
	CHECK_EQUAL(condition_wait(&never, &mutex, deadline), -ETIMEDOUT);
	CHECK(time_now() >= deadline);
	CHECK(mutex.owner == thread_current());
	mutex_unlock(&mutex);

	deadline = time_now() + 5 * NSEC_PER_MSEC;
	CHECK_EQUAL(semaphore_wait(&empty, deadline), -ETIMEDOUT);
	CHECK(time_now() >= deadline);
	CHECK_EQUAL(semaphore_wait(&empty, 0), -ETIMEDOUT);
	semaphore_post(&empty);
	CHECK_EQUAL(semaphore_wait(&empty, 0), 0);
	CHECK_EQUAL(empty.count, 0);
}

static struct semaphore ping;
static struct semaphore pong;

static void answer(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		CHECK_EQUAL(semaphore_wait(&ping, THREAD_FOREVER), 0);
		semaphore_post(&pong);
	}
}

static void check_semaphore(void)
{
	CHECK_EQUAL(app_thread("answerer", answer, NULL), 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		semaphore_post(&ping);
		CHECK_EQUAL(semaphore_wait(&pong, THREAD_FOREVER), 0);
	}
	CHECK_EQUAL(ping.count, 0);
	CHECK_EQUAL(pong.count, 0);
}

static struct timer poster;
static struct semaphore posted;

static void post(struct timer *timer)
{
	(void)timer;
	semaphore_post(&posted);
}

/* A post that comes from a timer, while all threads wait. */
static void check_wake_from_timer(void)
{
	const uint64_t start = time_now();

	poster.fire = post;
	timer_arm(&poster, start + 10 * NSEC_PER_MSEC);
	CHECK_EQUAL(semaphore_wait(&posted, start + 5 * NSEC_PER_SEC), 0);
	CHECK(time_now() - start >= 10 * NSEC_PER_MSEC);
	CHECK(time_now() - start < 5 * NSEC_PER_SEC);
}

int main(void)
{
	check_mutex();
	check_condition();
	check_deadlines();
	check_semaphore();
	check_wake_from_timer();
	return check_verdict();
}
