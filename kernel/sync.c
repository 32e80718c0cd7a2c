/* SPDX-License-Identifier: MIT */
/*
 * Built on wait queues. Threads are cooperative, so a mutex needs no interrupt
 * protection; a semaphore does, because handlers post it.
 */
#include "kernel/sync.h"

#include <errno.h>

#include "kernel/irq.h"
#include "kernel/panic.h"

void mutex_lock(struct mutex *mutex)
{
	struct thread *self = thread_current();

	if (mutex->owner == self)
		panic("mutex_lock: already held by %s", thread_name(self));
	while (mutex->owner)
		thread_wait(&mutex->waiters, THREAD_FOREVER);
	mutex->owner = self;
}

void mutex_unlock(struct mutex *mutex)
{
	if (mutex->owner != thread_current())
		panic("mutex_unlock: not held by %s",
		      thread_name(thread_current()));
	mutex->owner = NULL;
	thread_wake_one(&mutex->waiters);
}

int condition_wait(struct condition *condition, struct mutex *mutex,
		   uint64_t deadline)
{
	int err;

	/* Nothing runs between these two: no signal can be missed. */
	mutex_unlock(mutex);
	err = thread_wait(&condition->waiters, deadline);
	mutex_lock(mutex);
	return err;
}

void condition_signal(struct condition *condition)
{
	thread_wake_one(&condition->waiters);
}

void condition_broadcast(struct condition *condition)
{
	thread_wake_all(&condition->waiters);
}

int semaphore_wait(struct semaphore *semaphore, uint64_t deadline)
{
	const uint64_t flags = irq_save();
	int err = 0;

	while (!semaphore->count && !err)
		err = thread_wait(&semaphore->waiters, deadline);
	/* A post may have come together with the deadline: take it. */
	if (semaphore->count) {
		semaphore->count--;
		err = 0;
	}
	irq_restore(flags);
	return err;
}

void semaphore_post(struct semaphore *semaphore)
{
	const uint64_t flags = irq_save();

	semaphore->count++;
	thread_wake_one(&semaphore->waiters);
	irq_restore(flags);
}
