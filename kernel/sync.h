/* SPDX-License-Identifier: MIT */
/* Mutex, semaphore and condition for cooperative threads; zero initialised. */
#ifndef KERNEL_SYNC_H
#define KERNEL_SYNC_H

#include "kernel/thread.h"

struct mutex {
	struct thread *owner;
	struct wait_queue waiters;
};

/* Not recursive: locking twice is a bug and panics. Threads only. */
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

struct condition {
	struct wait_queue waiters;
};

/* Deadline in nanoseconds of time_now(). 0, or -ETIMEDOUT; mutex is held. */
int condition_wait(struct condition *condition, struct mutex *mutex,
		   uint64_t deadline);
void condition_signal(struct condition *condition);
void condition_broadcast(struct condition *condition);

struct semaphore {
	unsigned int count;
	struct wait_queue waiters;
};

/* 0, or -ETIMEDOUT when deadline passes first. Threads only. */
int semaphore_wait(struct semaphore *semaphore, uint64_t deadline);
/* Callable from interrupt handlers. */
void semaphore_post(struct semaphore *semaphore);

#endif
