/* SPDX-License-Identifier: MIT */
/*
 * Quotes of a host that has a quoting service, and one that is slow: what a
 * program gets is this TD's, for its own data, and a request that was given
 * up costs nothing but time.
 * options: --quote-service --deterministic
 */
#include <errno.h>
#include <stdlib.h>

#include "lwip/sys.h"

#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/attest.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

#define MSEC UINT64_C(1000000)
#define PATIENCE (5000 * MSEC)
#define THREADS 4

/* Quote Format, version 4. */
#define BODY 48
#define RTMR3 (BODY + 472)
#define DATA (BODY + 520)
#define SIGNATURE_SIZE 632

static uint8_t quote[ATTEST_QUOTE_MAX];
static struct tdreport report;

static int get(uint8_t seed, uint64_t patience)
{
	uint8_t data[TDREPORT_DATA_SIZE];

	memset(data, seed, sizeof(data));
	return app_quote(data, quote, sizeof(quote), app_uptime() + patience);
}

static void test_good(void)
{
	uint8_t data[TDREPORT_DATA_SIZE];
	uint32_t size;
	int got = get(0x5A, PATIENCE);

	CHECK(got > SIGNATURE_SIZE);
	memset(data, 0x5A, sizeof(data));
	CHECK_EQUAL(tdx_report(&report, data), 0);
	CHECK_EQUAL(quote[0] | quote[1] << 8, 4);
	CHECK_EQUAL(quote[4], 0x81);
	CHECK(!memcmp(quote + BODY, report.tee_tcb, 120));
	CHECK(!memcmp(quote + BODY + 120, report.tdinfo, 400));
	CHECK(!memcmp(quote + DATA, data, sizeof(data)));
	memcpy(&size, quote + SIGNATURE_SIZE, sizeof(size));
	CHECK_EQUAL(SIGNATURE_SIZE + 4 + size, got);
}

/* A quote takes this host 20 ms, and it says when: long before a look. */
static void test_time(void)
{
	const uint64_t start = app_uptime();

	CHECK(get(1, PATIENCE) > 0);
	CHECK(app_uptime() - start >= 15 * MSEC);
	CHECK(app_uptime() - start < 200 * MSEC);
}

static void test_measurement(void)
{
	const uint8_t digest[TDREPORT_DATA_SIZE] = { 0x77 };
	uint8_t before[TDX_DIGEST_SIZE];

	CHECK(get(2, PATIENCE) > 0);
	memcpy(before, quote + RTMR3, sizeof(before));
	CHECK_EQUAL(tdx_rtmr_extend(3, digest), 0);
	CHECK(get(2, PATIENCE) > 0);
	CHECK(memcmp(before, quote + RTMR3, sizeof(before)));
	CHECK_EQUAL(tdx_report(&report, digest), 0);
	CHECK(!memcmp(quote + RTMR3, report.tdinfo + 352, sizeof(before)));
}

/* Given up after a millisecond, again and again; then with patience. */
static void test_given_up(void)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_GET_QUOTE);
	const uint64_t shared = tdx_count(TDX_COUNT_PAGES_SHARED);
	const size_t free_pages = page_count_free();

	for (uint8_t i = 0; i < 5; i++)
		CHECK_EQUAL(get(i, MSEC), -ETIMEDOUT);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_GET_QUOTE), calls + 1);
	CHECK(get(9, PATIENCE) > 0);
	CHECK_EQUAL(quote[DATA], 9);
	CHECK_EQUAL(tdx_count(TDX_COUNT_CALL_GET_QUOTE), calls + 2);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_SHARED), shared);
	CHECK_EQUAL(page_count_free(), free_pages);
}

/* Each thread has a buffer and data of its own; they take turns. */
static unsigned int done;

static void one_of_many(void *arg)
{
	uint8_t *const own = malloc(ATTEST_QUOTE_MAX);
	uint8_t data[TDREPORT_DATA_SIZE];
	int got;

	memset(data, *(const uint8_t *)arg, sizeof(data));
	got = app_quote(data, own, ATTEST_QUOTE_MAX, app_uptime() + PATIENCE);
	CHECK(got > 0 && !memcmp(own + DATA, data, sizeof(data)));
	free(own);
	done++;
}

static void test_threads(void)
{
	static uint8_t seeds[THREADS] = { 11, 22, 33, 44 };

	for (int i = 0; i < THREADS; i++)
		CHECK_EQUAL(app_thread("quote", one_of_many, &seeds[i]), 0);
	for (int i = 0; i < 100 && done < THREADS; i++)
		sys_msleep(50);
	CHECK_EQUAL(done, THREADS);
}

static void test_room(void)
{
	const uint8_t data[TDREPORT_DATA_SIZE] = { 1 };

	CHECK_EQUAL(app_quote(data, quote, 1000, app_uptime() + PATIENCE),
		    -ENOSPC);
}

int main(void)
{
	test_good();
	test_time();
	test_measurement();
	test_given_up();
	test_threads();
	test_room();
	CHECK_EQUAL(attest_count_refused(), 0);
	return check_verdict();
}
