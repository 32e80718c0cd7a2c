/* SPDX-License-Identifier: MIT */
/*
 * Owns the threads and the one queue of those that are ready. Interrupt
 * handlers move threads to that queue, so it is touched with interrupts off
 * only. There is no idle thread: the thread that blocks last halts the CPU
 * on its own stack until one is ready.
 *
 * A thread's pages, from below: the guard page, the stack, thread-local
 * storage, struct thread.
 */
#include "kernel/thread.h"

#include <errno.h>
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/image.h"
#include "arch/x86/paging.h"
#include "arch/x86/switch.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/panic.h"
#include "kernel/time.h"

#define FIRST_TLS_SIZE 512
#define STACK_SIZE_MAX (64 * MIB)
#define STACK_ALIGN 64

struct thread {
	void *stack_pointer;
	const char *name;
	struct thread *next;		/* in the queue it stands in */
	struct wait_queue *queue;	/* where it waits; NULL: nowhere */
	struct timer timeout;
	bool is_timed_out;
	uint64_t thread_pointer;
	void (*fn)(void *arg);
	void *arg;
	void *pages;			/* NULL: the first thread */
	size_t num_pages;
};

static struct {
	struct thread *current;
	struct wait_queue ready;
	struct thread *dead;		/* to be freed by who runs next */
	uint64_t idle_tsc;		/* spent in halts */
	struct thread first;
	uint8_t first_tls[FIRST_TLS_SIZE] aligned(STACK_ALIGN);
} threads;

static void queue_append(struct wait_queue *queue, struct thread *thread)
{
	thread->next = NULL;
	if (queue->last)
		queue->last->next = thread;
	else
		queue->first = thread;
	queue->last = thread;
}

static struct thread *queue_pop(struct wait_queue *queue)
{
	struct thread *thread = queue->first;

	if (!thread)
		return NULL;
	queue->first = thread->next;
	if (!queue->first)
		queue->last = NULL;
	return thread;
}

static void queue_remove(struct wait_queue *queue, struct thread *thread)
{
	struct thread *before = NULL;

	if (queue->first == thread) {
		queue_pop(queue);
		return;
	}
	for (before = queue->first; before->next != thread;)
		before = before->next;
	before->next = thread->next;
	if (queue->last == thread)
		queue->last = before;
}

/* System V ABI, TLS variant II: data below the pointer, itself at it. */
static uint64_t tls_build(uint8_t *pointer)
{
	uint8_t *data = pointer - align_up(__tls_size, __tls_align);
	const uint64_t value = (uintptr_t)pointer;

	memset(data, 0, __tls_size);
	memcpy(data, __tls_template_start, __tls_data_size);
	memcpy(pointer, &value, sizeof(value));
	return value;
}

static size_t tls_room(void)
{
	return align_up(__tls_size, STACK_ALIGN) + STACK_ALIGN;
}

static void fire_timeout(struct timer *timer)
{
	struct thread *thread = container_of(timer, struct thread, timeout);

	queue_remove(thread->queue, thread);
	thread->queue = NULL;
	thread->is_timed_out = true;
	queue_append(&threads.ready, thread);
}

/* Frees the thread that ended: it could not, standing on its own stack. */
static void reap(void)
{
	struct thread *dead = threads.dead;
	paddr_t guard;

	if (!dead)
		return;
	threads.dead = NULL;
	guard = page_pa(dead->pages);
	if (paging_map(guard, guard + PAGE_SIZE, PAGING_WRITE))
		panic("cannot map a guard page again");
	page_free(dead->pages, dead->num_pages);
}

/* Runs the next ready thread; interrupts off. */
static void schedule(void)
{
	struct thread *self = threads.current;
	struct thread *next;

	timer_run();
	while (!(next = queue_pop(&threads.ready))) {
		uint64_t halted_at;

		timer_program();
		halted_at = cpu_rdtsc();
		tdx_safe_halt();
		threads.idle_tsc += cpu_rdtsc() - halted_at;
		cpu_irq_disable();
		timer_run();
	}
	if (next == self)
		return;
	threads.current = next;
	cpu_write_fs_base(next->thread_pointer);
	switch_stacks(&self->stack_pointer, next->stack_pointer);
	reap();
}

static void thread_begin(void *arg)
{
	struct thread *self = arg;

	reap();
	cpu_irq_enable();
	self->fn(self->arg);
	thread_exit();
}

void thread_init(void)
{
	struct thread *first = &threads.first;

	if (tls_room() > FIRST_TLS_SIZE || __tls_align > STACK_ALIGN)
		panic("thread-local storage of %lu bytes", __tls_size);
	first->name = "boot";
	first->thread_pointer = tls_build(threads.first_tls + tls_room() -
					  STACK_ALIGN);
	threads.current = first;
	cpu_write_fs_base(first->thread_pointer);
}

struct thread *thread_create(const char *name, void (*fn)(void *), void *arg,
			     size_t stack_size)
{
	const size_t extra = align_up(sizeof(struct thread), STACK_ALIGN) +
			     tls_room();
	const size_t num_pages =
		1 + (align_up(stack_size + extra, PAGE_SIZE) >> PAGE_SHIFT);
	struct thread *thread;
	uint8_t *stack_top;
	uint8_t *pages;
	uint64_t flags;

	if (stack_size > STACK_SIZE_MAX)
		return NULL;
	pages = page_alloc(num_pages);
	if (!pages)
		return NULL;
	if (paging_unmap(page_pa(pages), page_pa(pages) + PAGE_SIZE)) {
		page_free(pages, num_pages);
		return NULL;
	}
	stack_top = pages + num_pages * PAGE_SIZE - extra;
	thread = (struct thread *)(void *)(stack_top + tls_room());
	thread->name = name;
	thread->fn = fn;
	thread->arg = arg;
	thread->pages = pages;
	thread->num_pages = num_pages;
	thread->timeout.fire = fire_timeout;
	thread->thread_pointer = tls_build(stack_top + tls_room() -
					   STACK_ALIGN);
	thread->stack_pointer = switch_prepare(stack_top, thread_begin,
					       thread);
	flags = irq_save();
	queue_append(&threads.ready, thread);
	irq_restore(flags);
	return thread;
}

void thread_exit(void)
{
	cpu_irq_disable();
	/* The first thread's stack is the image's and stays. */
	if (threads.current->pages)
		threads.dead = threads.current;
	schedule();
	panic("a thread that ended was run again");
}

void thread_yield(void)
{
	const uint64_t flags = irq_save();

	queue_append(&threads.ready, threads.current);
	schedule();
	irq_restore(flags);
}

struct thread *thread_current(void)
{
	return threads.current;
}

const char *thread_name(const struct thread *thread)
{
	return thread ? thread->name : "none";
}

const struct thread *thread_find_guard(uint64_t address)
{
	const struct thread *self = threads.current;

	if (self && self->pages && address - page_pa(self->pages) < PAGE_SIZE)
		return self;
	return NULL;
}

int thread_wait(struct wait_queue *queue, uint64_t deadline)
{
	const uint64_t flags = irq_save();
	struct thread *self = threads.current;

	self->is_timed_out = false;
	self->queue = queue;
	queue_append(queue, self);
	if (deadline != THREAD_FOREVER)
		timer_arm(&self->timeout, deadline);
	schedule();
	timer_cancel(&self->timeout);
	irq_restore(flags);
	return self->is_timed_out ? -ETIMEDOUT : 0;
}

void thread_wake_one(struct wait_queue *queue)
{
	const uint64_t flags = irq_save();
	struct thread *thread = queue_pop(queue);

	if (thread) {
		timer_cancel(&thread->timeout);
		thread->queue = NULL;
		queue_append(&threads.ready, thread);
	}
	irq_restore(flags);
}

void thread_wake_all(struct wait_queue *queue)
{
	const uint64_t flags = irq_save();

	while (queue->first)
		thread_wake_one(queue);
	irq_restore(flags);
}

void thread_sleep(uint64_t nanoseconds)
{
	const uint64_t now = time_now();
	struct wait_queue nobody = { NULL, NULL };

	if (nanoseconds >= THREAD_FOREVER - now)
		nanoseconds = THREAD_FOREVER - 1 - now;
	while (!thread_wait(&nobody, now + nanoseconds))
		;
}

uint64_t thread_idle_tsc(void)
{
	return threads.idle_tsc;
}
