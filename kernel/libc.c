/* SPDX-License-Identifier: MIT */
/*
 * What the C library asks of its system: standard streams, time, randomness,
 * the end. stdout gathers a line before it goes to the console, so that the
 * lines of threads do not mix; there is no input.
 */
#define _DEFAULT_SOURCE
/* picolibc names CLOCK_MONOTONIC only to who defines this. */
#define _POSIX_MONOTONIC_CLOCK 200809L

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "arch/x86/cpu.h"
#include "kernel/console.h"
#include "kernel/panic.h"
#include "kernel/power.h"
#include "kernel/thread.h"
#include "kernel/time.h"

#define LINE_SIZE 128
#define RDRAND_TRIES 10		/* Intel SDM, RDRAND: ten in a row fail never */
#define GETENTROPY_MAX 256

static struct {
	char text[LINE_SIZE];
	size_t size;
} line;

static int stream_flush(FILE *stream)
{
	(void)stream;
	console_write(line.text, line.size);
	line.size = 0;
	return 0;
}

static int stream_put(char c, FILE *stream)
{
	line.text[line.size++] = c;
	if (c == '\n' || line.size == LINE_SIZE)
		stream_flush(stream);
	return (unsigned char)c;
}

static int stream_get(FILE *stream)
{
	(void)stream;
	return _FDEV_EOF;
}

static FILE console_stream = FDEV_SETUP_STREAM(stream_put, stream_get,
					       stream_flush, _FDEV_SETUP_RW);
FILE *const stdin = &console_stream;
FILE *const stdout = &console_stream;
FILE *const stderr = &console_stream;

void _exit(int status)
{
	stream_flush(stdout);
	if (status)
		panic("exit status %d", status);
	power_off();
}

void abort(void)
{
	panic("abort");
}

void __assert_func(const char *file, int at, const char *function,
		   const char *expression)
{
	(void)function;
	panic("%s:%d: assertion failed: %s", file, at, expression);
}

/*
 * There is no wall clock: the only one is the host's, and it is not asked.
 */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	const uint64_t now = time_now();

	if (clock != CLOCK_MONOTONIC) {
		errno = EINVAL;
		return -1;
	}
	time->tv_sec = (time_t)(now / NSEC_PER_SEC);
	time->tv_nsec = (long)(now % NSEC_PER_SEC);
	return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	(void)time;
	(void)zone;
	errno = ENOSYS;
	return -1;
}

int nanosleep(const struct timespec *time, struct timespec *rest)
{
	if (time->tv_sec < 0 || time->tv_nsec < 0 ||
	    time->tv_nsec >= (long)NSEC_PER_SEC) {
		errno = EINVAL;
		return -1;
	}
	if ((uint64_t)time->tv_sec >= THREAD_FOREVER / NSEC_PER_SEC)
		thread_sleep(THREAD_FOREVER);
	else
		thread_sleep((uint64_t)time->tv_sec * NSEC_PER_SEC +
			     (uint64_t)time->tv_nsec);
	if (rest)
		memset(rest, 0, sizeof(*rest));
	return 0;
}

unsigned int sleep(unsigned int seconds)
{
	thread_sleep(seconds * NSEC_PER_SEC);
	return 0;
}

int usleep(useconds_t microseconds)
{
	thread_sleep(microseconds * NSEC_PER_USEC);
	return 0;
}

/* From the CPU: RDRAND is native in a TD and beyond the host's reach. */
int getentropy(void *buffer, size_t size)
{
	uint8_t *to = buffer;

	if (size > GETENTROPY_MAX) {
		errno = EIO;
		return -1;
	}
	while (size) {
		uint64_t value;
		size_t part = sizeof(value);
		int tries = RDRAND_TRIES;

		while (!cpu_rdrand(&value))
			if (!--tries) {
				errno = EIO;
				return -1;
			}
		if (part > size)
			part = size;
		memcpy(to, &value, part);
		to += part;
		size -= part;
	}
	return 0;
}
