/* SPDX-License-Identifier: MIT */
/*
 * lwIP's threads, semaphores and mailboxes on ours (lwip/sys.h has the
 * contracts). Threads cooperate and no interrupt handler comes here, so that
 * nothing can happen between a test and the wait that follows it.
 */
#include "lwip/sys.h"

#include <errno.h>

#include "lwip/mem.h"

#include "kernel/panic.h"
#include "kernel/time.h"
#include "lib/inet.h"

/* lwIP counts milliseconds; its 0 means for ever. */
static uint64_t deadline_in(u32_t timeout)
{
	if (!timeout)
		return THREAD_FOREVER;
	return time_now() + timeout * NSEC_PER_MSEC;
}

void net_assert_failed(const char *what)
{
	panic("lwIP: %s", what);
}

uint16_t net_checksum(const void *data, int size)
{
	return inet_sum(data, (size_t)size);
}

void sys_init(void)
{
}

u32_t sys_now(void)
{
	return (u32_t)(time_now() / NSEC_PER_MSEC);
}

u32_t sys_jiffies(void)
{
	return sys_now();
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *arg,
			    int stacksize, int prio)
{
	struct thread *const created =
		thread_create(name, thread, arg, (size_t)stacksize);

	(void)prio;
	/* Only lwIP's own thread is made so, at boot. */
	if (!created)
		panic("net: no memory for thread %s", name);
	return created;
}

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
	*sem = (struct sys_semaphore){ .semaphore.count = count,
				       .is_valid = true };
	return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem)
{
	sem->is_valid = false;
}

int sys_sem_valid(sys_sem_t *sem)
{
	return sem->is_valid;
}

void sys_sem_set_invalid(sys_sem_t *sem)
{
	sem->is_valid = false;
}

void sys_sem_signal(sys_sem_t *sem)
{
	semaphore_post(&sem->semaphore);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
	if (semaphore_wait(&sem->semaphore, deadline_in(timeout)))
		return SYS_ARCH_TIMEOUT;
	return 0;
}

err_t sys_mutex_new(sys_mutex_t *mutex)
{
	*mutex = (struct mutex){ 0 };
	return ERR_OK;
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
	mutex_lock(mutex);
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
	mutex_unlock(mutex);
}

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
	*mbox = (struct sys_mailbox){ .size = (unsigned int)size };
	mbox->slots = mem_malloc((mem_size_t)(mbox->size * sizeof(void *)));
	return mbox->slots ? ERR_OK : ERR_MEM;
}

void sys_mbox_free(sys_mbox_t *mbox)
{
	mem_free(mbox->slots);
	mbox->slots = NULL;
}

int sys_mbox_valid(sys_mbox_t *mbox)
{
	return mbox->slots != NULL;
}

void sys_mbox_set_invalid(sys_mbox_t *mbox)
{
	mbox->slots = NULL;
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *msg)
{
	if (mbox->used == mbox->size)
		return ERR_MEM;
	mbox->slots[(mbox->first + mbox->used++) % mbox->size] = msg;
	thread_wake_one(&mbox->readers);
	return ERR_OK;
}

void sys_mbox_post(sys_mbox_t *mbox, void *msg)
{
	while (sys_mbox_trypost(mbox, msg) != ERR_OK)
		thread_wait(&mbox->writers, THREAD_FOREVER);
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *msg)
{
	(void)mbox;
	(void)msg;
	panic("lwIP: post from an interrupt handler");
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **msg)
{
	if (!mbox->used)
		return SYS_MBOX_EMPTY;
	if (msg)
		*msg = mbox->slots[mbox->first];
	mbox->first = (mbox->first + 1) % mbox->size;
	mbox->used--;
	thread_wake_one(&mbox->writers);
	return 0;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **msg, u32_t timeout)
{
	const uint64_t deadline = deadline_in(timeout);

	while (sys_arch_mbox_tryfetch(mbox, msg)) {
		if (thread_wait(&mbox->readers, deadline) && !mbox->used) {
			if (msg)
				*msg = NULL;
			return SYS_ARCH_TIMEOUT;
		}
	}
	return 0;
}
