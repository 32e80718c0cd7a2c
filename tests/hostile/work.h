/* SPDX-License-Identifier: MIT */
/*
 * What a program does while its host lies: memory, time, threads, shared
 * pages, and the network. Everything that can be right without the host must
 * be right; what depends on it ends within a time.
 */
#ifndef TESTS_HOSTILE_WORK_H
#define TESTS_HOSTILE_WORK_H

#include <stdlib.h>

#include "lwip/sys.h"

#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/page.h"
#include "lib/shared.h"
#include "tests/guest/net_echo.h"

#define WORK_SECONDS UINT64_C(1000000000)
#define WORK_BLOCKS 64
#define WORK_SLEEPS 3
#define WORK_ROUNDS 4
#define WORK_SHARED_PAGES 4
#define WORK_PATTERN UINT64_C(0x77061c0de77061c0)

static inline void work_memory(void)
{
	static uint8_t *blocks[WORK_BLOCKS];
	size_t wrong = 0;

	for (size_t i = 0; i < WORK_BLOCKS; i++) {
		blocks[i] = malloc(100 * i + 1);
		CHECK(blocks[i] != NULL);
		memset(blocks[i], (int)i, 100 * i + 1);
	}
	for (size_t i = 0; i < WORK_BLOCKS; i++) {
		for (size_t at = 0; at < 100 * i + 1; at++)
			wrong += blocks[i][at] != i;
		free(blocks[i]);
	}
	CHECK_EQUAL(wrong, 0);
}

/* Never too short; how long is the host's choice. */
static inline void work_time(void)
{
	for (unsigned int ms = 1; ms <= 100; ms *= 10) {
		const uint64_t before = app_uptime();

		sys_msleep(ms);
		CHECK(app_uptime() - before >= ms * UINT64_C(1000000));
	}
}

static inline void work_count(void *arg)
{
	++*(volatile unsigned int *)arg;
}

static inline void work_threads(void)
{
	static unsigned int count;

	count = 0;
	for (int i = 0; i < 8; i++)
		CHECK_EQUAL(app_thread("count", work_count, &count), 0);
	sys_msleep(1);
	CHECK_EQUAL(count, 8);
}

/* Pages shared and private again; share and unshare are the errors wanted. */
static inline void work_conversion(int share, int unshare)
{
	const size_t size = WORK_SHARED_PAGES * PAGE_SIZE;
	uint64_t *const words = page_alloc(WORK_SHARED_PAGES);
	const paddr_t gpa = page_pa(words);
	uint64_t host_shared *const alias = paging_shared_pointer(gpa);
	size_t wrong = 0;

	CHECK_EQUAL(paging_map_shared(gpa, gpa + size), 0);
	CHECK_EQUAL(tdx_share(gpa, size), share);
	if (share)
		return;
	for (size_t i = 0; i < size / 8; i++)
		shared_write64(alias + i, WORK_PATTERN);
	for (size_t i = 0; i < size / 8; i++)
		wrong += shared_read64(alias + i) != WORK_PATTERN;
	CHECK_EQUAL(wrong, 0);
	CHECK_EQUAL(tdx_unshare(gpa, size), unshare);
	for (size_t i = 0; !unshare && i < size / 8; i++)
		wrong += words[i] != 0;
	CHECK_EQUAL(wrong, 0);
}

/* The host's leaves are whatever it says, and no others are the host's. */
static inline void work_cpuid(void)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_CPUID);
	const struct cpuid first = cpu_cpuid(0x40000000, 0);
	const struct cpuid second = cpu_cpuid(0x40000000, 0);

	CHECK(memcmp(&first, &second, sizeof(first)));
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_CPUID), calls + 2);
	for (uint32_t leaf = 0; leaf < 0x24; leaf++)
		CHECK_EQUAL(cpu_cpuid(leaf, 0).eax, cpu_cpuid(leaf, 0).eax);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_CPUID), calls + 2);
}

/* Never touched in between, so that nothing makes the host convert it. */
static inline void work_silent(void)
{
	const paddr_t gpa = page_pa(page_alloc(1));

	CHECK_EQUAL(tdx_share(gpa, PAGE_SIZE), 0);
	CHECK_EQUAL(tdx_unshare(gpa, PAGE_SIZE), -EEXIST);
}

/* Every page that there is. */
static inline void work_take_all(void)
{
	while (page_alloc(1))
		;
}

static inline void work_alone(void)
{
	work_memory();
	work_time();
	work_threads();
}

/* All of it: for lies that must not harm anything. */
static inline void work(void)
{
	work_alone();
	work_conversion(0, 0);
	echo_run();
	work_alone();
}

/* A client that may fail, wait, or be cut off. */
static inline void work_client(void *arg)
{
	static uint8_t bytes[512];
	const struct timeval limit = { .tv_sec = 1 };
	int *const rounds = arg;

	if (app_network_wait(app_uptime() + 5 * WORK_SECONDS))
		return;
	for (int i = 0; i < 100 && !echo_connect(ECHO_SERVER, ECHO_PORT);
	     i++) {
		setsockopt(echo.socket, SOL_SOCKET, SO_RCVTIMEO, &limit,
			   sizeof(limit));
		for (int j = 0; j < 20; j++) {
			if (send(echo.socket, bytes, sizeof(bytes), 0) < 0 ||
			    recv(echo.socket, bytes, sizeof(bytes), 0) < 0)
				break;
			++*rounds;
		}
		close(echo.socket);
	}
}

/* For lies that a network may not survive: the program does. */
static inline void work_without_network(void)
{
	static int rounds;

	work_alone();
	CHECK_EQUAL(app_thread("client", work_client, &rounds), 0);
	for (int i = 0; i < WORK_SLEEPS; i++) {
		sys_msleep(1000);
		work_alone();
	}
	printf("%d rounds with the echo server\n", rounds);
}

/* For lies that a network survives, if it takes a while. */
static inline void work_slow_network(void)
{
	static uint8_t bytes[512];
	const struct timeval limit = { .tv_sec = 40 };

	CHECK_EQUAL(app_network_wait(app_uptime() + 60 * WORK_SECONDS), 0);
	if (!CHECK_EQUAL(echo_connect(ECHO_SERVER, ECHO_PORT), 0))
		return;
	setsockopt(echo.socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	for (int i = 0; i < WORK_ROUNDS; i++) {
		CHECK_EQUAL(send(echo.socket, bytes, sizeof(bytes), 0),
			    sizeof(bytes));
		CHECK_EQUAL(recv(echo.socket, bytes, sizeof(bytes), 0),
			    sizeof(bytes));
	}
	close(echo.socket);
}

#endif
