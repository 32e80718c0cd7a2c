/* SPDX-License-Identifier: MIT */
/* lwIP's view of threads: kernel/net/sys.c. */
#ifndef ARCH_SYS_ARCH_H
#define ARCH_SYS_ARCH_H

#include "kernel/sync.h"

struct sys_semaphore {
	struct semaphore semaphore;
	_Bool is_valid;
};
typedef struct sys_semaphore sys_sem_t;

typedef struct mutex sys_mutex_t;

/* A bounded ring of pointers; slots is NULL in one that is not valid. */
struct sys_mailbox {
	void **slots;
	unsigned int size;
	unsigned int first;
	unsigned int used;
	struct wait_queue readers;
	struct wait_queue writers;
};
typedef struct sys_mailbox sys_mbox_t;

typedef struct thread *sys_thread_t;

#endif
