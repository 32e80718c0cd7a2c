/* SPDX-License-Identifier: MIT */
/*
 * kernel/attest and arch/x86/tdx/quote against hosts that answer late, wrong
 * or never, and one that changes its mind after each word that is read. The
 * clock, the threads and the host are the test's: waiting costs nothing, and
 * each read of shared memory is seen.
 *
 * Links: kernel/attest.c lib/quote.c
 */
#define _GNU_SOURCE
#include "tests/unit/expect.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* Instead of lib/shared.h: what reads here lets the host act after it. */
#define LIB_SHARED_H
#include "lib/compiler.h"
#include "lib/types.h"

static void host_after_read(const void *at, size_t size);

static uint32_t shared_read32(const uint32_t *at)
{
	const uint32_t value = *at;

	host_after_read(at, sizeof(*at));
	return value;
}

static uint64_t shared_read64(const uint64_t *at)
{
	const uint64_t value = *at;

	host_after_read(at, sizeof(*at));
	return value;
}

static void shared_copy_in(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	host_after_read(from, size);
}

static void shared_copy_out(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
}

static void shared_zero(void *to, size_t size)
{
	memset(to, 0, size);
}

#include "arch/x86/tdx/quote.c"
#include "kernel/attest.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/time.h"

#define SIZE (4 * PAGE_SIZE)
#define MSEC NSEC_PER_MSEC
#define NEVER UINT64_MAX
#define QUOTE_SIZE 900
#define VECTOR 0x41

uint64_t tdx_counts[TDX_COUNTS];
paddr_t tdx_gpa_shared = BIT(47);

static uint64_t now;
static struct {
	struct get_quote_header header;
	uint8_t data[SIZE - sizeof(struct get_quote_header)];
} *buffer;
static struct tdreport td;
static uint8_t got[SIZE];

static struct {
	/* Script. */
	uint64_t refusal;		/* R10 */
	unsigned int refusals;		/* how often */
	uint64_t delay;
	bool has_interrupt, loses_interrupts;
	uint64_t status;
	uint32_t length;
	uint32_t length_later;		/* once it was read */
	bool changes_mind;
	bool is_half_way;		/* the length comes after the status */
	unsigned int flip;		/* offset in the quote; 0: none */
	/* What happened. */
	uint64_t answers_at;
	uint64_t asked_gpa, asked_size;
	struct get_quote_header asked;
	uint8_t asked_data[1200];
	unsigned int calls, notifies, allocations;
	unsigned int status_reads, length_reads, data_reads;
} host;

/* --- The host ------------------------------------------------------------ */

static void make_quote(uint8_t *to)
{
	static const uint8_t head[8] = { 4, 0, 2, 0, 0x81 };
	const uint8_t *const report = buffer->data;
	uint8_t quote[QUOTE_SIZE] = { 0 };
	const uint32_t rest = QUOTE_SIZE - 636;

	memcpy(quote, head, sizeof(head));
	memcpy(quote + 48, report + 264, 120);
	memcpy(quote + 168, report + 512, 400);
	memcpy(quote + 568, report + 128, 64);
	memcpy(quote + 632, &rest, 4);
	if (host.flip)
		quote[host.flip] ^= 1;
	memcpy(to, quote, sizeof(quote));
}

static void host_answer(void)
{
	host.answers_at = NEVER;
	make_quote(buffer->data);
	buffer->header.status = host.status;
	buffer->header.out_len = host.is_half_way ? 0 : host.length;
}

uint64_t tdvmcall_get_quote(uint64_t gpa, uint64_t size)
{
	host.calls++;
	host.asked_gpa = gpa;
	host.asked_size = size;
	host.asked = buffer->header;
	memcpy(host.asked_data, buffer->data, sizeof(host.asked_data));
	if (host.refusals) {
		host.refusals--;
		return host.refusal;
	}
	buffer->header.status = GET_QUOTE_IN_FLIGHT;
	host.answers_at = host.delay == NEVER ? NEVER : now + host.delay;
	if (!host.delay)
		host_answer();
	return 0;
}

uint64_t tdvmcall_setup_event_notify_interrupt(uint32_t vector)
{
	host.notifies++;
	expect_u64(vector, VECTOR, "vector");
	return host.has_interrupt ? 0 : TDVMCALL_STATUS_SUBFUNC_UNSUPPORTED;
}

static void host_after_read(const void *at, size_t size)
{
	expect_true((const char *)at >= (char *)buffer &&
			    (const char *)at + size <= (char *)buffer + SIZE,
		    "inside of the buffer");
	if (at == &buffer->header.status)
		host.status_reads++;
	if (at == buffer->data)
		host.data_reads++;
	if (at != &buffer->header.out_len)
		return;
	host.length_reads++;
	if (host.changes_mind)
		buffer->header.out_len = host.length_later;
}

/* --- The kernel ---------------------------------------------------------- */

int tdx_host_refusal(uint64_t status)
{
	return status == TDVMCALL_STATUS_RETRY ? -EAGAIN : -EINVAL;
}

uint64_t tdg_mr_report(paddr_t report, paddr_t data)
{
	memcpy(td.data, (const void *)data, sizeof(td.data));
	memcpy((void *)report, &td, sizeof(td));
	return 0;
}

uint64_t time_now(void)
{
	return now;
}

uint64_t irq_save(void)
{
	return 1;
}

void irq_restore(uint64_t flags)
{
	(void)flags;
}

static void (*handler)(void *arg);
int irq_alloc(void (*function)(void *arg), void *arg)
{
	(void)arg;
	handler = function;
	return VECTOR;
}

void *page_alloc_shared(size_t count)
{
	host.allocations++;
	expect_u64(count, 4, "pages");
	return buffer;
}

/* Until the host's answer, or the deadline, or another thread's turn. */
static struct wait_queue *waited_on;
static uint64_t other_result;
static bool asks_twice;

static void ask_meanwhile(void)
{
	static const uint8_t data[64];

	asks_twice = false;
	other_result = (uint64_t)(int64_t)attest_quote(data, got, SIZE,
						       now + MSEC);
}

static bool is_woken;
void thread_wake_all(struct wait_queue *queue)
{
	expect_true(queue == waited_on, "the right queue");
	is_woken = true;
}

void thread_wake_one(struct wait_queue *queue)
{
	(void)queue;
}

int thread_wait(struct wait_queue *queue, uint64_t deadline)
{
	const uint64_t at = host.answers_at;

	if (asks_twice)
		ask_meanwhile();
	waited_on = queue;
	is_woken = false;
	expect_true(deadline > now, "waits for something to come");
	if (at > deadline) {
		now = deadline;
		return -ETIMEDOUT;
	}
	now = max_u64(now, at);
	host_answer();
	if (host.has_interrupt && !host.loses_interrupts)
		handler(NULL);
	else
		now = deadline;
	return is_woken ? 0 : -ETIMEDOUT;
}

void thread_sleep(uint64_t nanoseconds)
{
	now += nanoseconds;
	if (host.is_half_way)
		buffer->header.out_len = host.length;
}

/* --- Tests ---------------------------------------------------------------- */

static void host_begin(uint64_t delay)
{
	memset(&host, 0, sizeof(host));
	host.answers_at = NEVER;
	host.delay = delay;
	host.length = QUOTE_SIZE;
}

static uint64_t get(size_t room, uint64_t patience)
{
	uint8_t data[64];

	memset(data, (int)now, sizeof(data));
	return (uint64_t)(int64_t)attest_quote(data, got, room, now + patience);
}

static void expect_get(int want, const char *what)
{
	expect_u64(get(SIZE, 1000 * MSEC), (uint64_t)(int64_t)want, what);
}

/* First of all: how the buffer is set up. */
static void test_request(void)
{
	const struct get_quote_header want = { 1, 0, 1024, 0 };

	host_begin(50 * MSEC);
	memset(buffer, 0xEE, SIZE);
	expect_get(QUOTE_SIZE, "a good answer");
	expect_true(now >= 50 * MSEC && now <= 60 * MSEC, "looked for often");
	expect_u64(host.asked_gpa & ~BIT(47), (uintptr_t)buffer, "GPA");
	expect_u64(host.asked_gpa >> 47, 1, "shared");
	expect_u64(host.asked_size, SIZE, "size");
	expect_bytes(&host.asked, &want, sizeof(want), "header");
	expect_bytes(host.asked_data, &td, sizeof(td), "report");
	for (size_t i = sizeof(td); i < sizeof(host.asked_data); i++)
		expect_u64(host.asked_data[i], 0, "nothing behind it");
	expect_bytes(got, buffer->data, QUOTE_SIZE, "what the host gave");
	expect_u64(host.allocations, 1, "one buffer");
	expect_u64(host.notifies, 1, "asked for an interrupt");
	expect_u64(host.length_reads, 1, "length read once");
	expect_u64(host.data_reads, 1, "data read once");
}

static void test_kept(void)
{
	host_begin(0);
	expect_get(QUOTE_SIZE, "answered at once");
	expect_u64(host.allocations + host.notifies, 0, "nothing set up again");
	expect_u64(get(QUOTE_SIZE, MSEC), QUOTE_SIZE, "just room");
	expect_u64(get(QUOTE_SIZE - 1, MSEC), (uint64_t)-ENOSPC, "no room");
}

static void expect_status(uint64_t status, int want, const char *what)
{
	host_begin(20 * MSEC);
	host.status = status;
	expect_get(want, what);
	expect_u64(host.data_reads, 0, "no data without success");
}

static void test_statuses(void)
{
	expect_status(0x8000000000000001, -ENODEV, "unavailable");
	expect_status(0x8000000000000000, -EIO, "error");
	expect_status(0x8000000000000002, -EIO, "none");
	expect_status(1, -EIO, "none");
	expect_status(UINT64_C(1) << 32, -EIO, "success for half a look");
	expect_status(UINT64_MAX - 1, -EIO, "nearly in flight");
}

static void expect_length(uint32_t length, int want, const char *what)
{
	host_begin(20 * MSEC);
	host.length = length;
	expect_get(want, what);
}

static void test_lengths(void)
{
	const uint64_t refused = attest_count_refused();

	expect_length(0, -EBADMSG, "nothing");
	expect_u64(host.length_reads, 2, "looked at twice");
	expect_length(1, -EBADMSG, "too short");
	expect_length(QUOTE_SIZE - 1, -EBADMSG, "cut off");
	expect_length(SIZE - 24, QUOTE_SIZE, "all of the buffer");
	expect_length(SIZE - 23, -EBADMSG, "a byte more");
	expect_u64(host.data_reads, 0, "not copied");
	expect_length(0x80000000, -EBADMSG, "negative");
	expect_length(0xFFFFFFFF, -EBADMSG, "endless");
	expect_u64(attest_count_refused() - refused, 6, "counted");
}

static void test_changes(void)
{
	host_begin(20 * MSEC);
	host.changes_mind = true;
	host.length_later = 0xFFFFFFFF;
	expect_get(QUOTE_SIZE, "grows after it was read");
	expect_u64(host.length_reads, 1, "and is not read again");
	host_begin(20 * MSEC);
	host.changes_mind = true;
	host.length_later = 0xFFFFFFFF;
	host.length = 0;
	expect_get(-EBADMSG, "nothing, then endless");
	host_begin(20 * MSEC);
	host.is_half_way = true;
	expect_get(QUOTE_SIZE, "the length comes after the status");
}

/* One bit of the body, of the header, of the signature. */
static void test_others(void)
{
	static const struct {
		unsigned int offset;
		int want;
		const char *what;
	} flips[] = {
		{ 1, -EBADMSG, "version" }, { 4, -EBADMSG, "an enclave's" },
		{ 64, -ESTALE, "MRSEAM" }, { 168, -ESTALE, "ATTRIBUTES" },
		{ 184, -ESTALE, "MRTD" }, { 376, -ESTALE, "RTMR0" },
		{ 567, -ESTALE, "RTMR3" }, { 568, -ESTALE, "REPORTDATA" },
		{ 631, -ESTALE, "the data's end" },
		{ 700, QUOTE_SIZE, "signature: not judged" },
	};

	for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++) {
		host_begin(20 * MSEC);
		host.flip = flips[i].offset;
		expect_get(flips[i].want, flips[i].what);
	}
}

static void test_never(void)
{
	uint64_t start;

	host_begin(0);
	expect_get(QUOTE_SIZE, "so that nothing is lent");
	host.delay = NEVER;
	host.calls = host.status_reads = 0;
	start = now;
	expect_u64(get(SIZE, 0), (uint64_t)-ETIMEDOUT, "no patience at all");
	expect_u64(now - start, 0, "no time");
	expect_get(-ETIMEDOUT, "no answer");
	expect_u64(now - start, 1000 * MSEC, "at the deadline");
	expect_true(host.status_reads <= 110, "looks are bounded");
	for (int i = 0; i < 10; i++)
		expect_get(-ETIMEDOUT, "still the host's");
	expect_u64(now - start, 11000 * MSEC, "at the deadlines");
	expect_u64(host.calls, 1, "nothing is asked in a buffer that is lent");
	expect_u64(host.allocations, 0, "and no other one is taken");
	/* What was asked first is answered at last, and is not the answer. */
	host.answers_at = now + 20 * MSEC;
	host.delay = 30 * MSEC;
	expect_get(QUOTE_SIZE, "the next one");
	expect_u64(host.calls, 2, "asked again");
	expect_bytes(got + 568, td.data, 64, "for the data of now");
}

static void test_refusals(void)
{
	host_begin(0);
	host.refusal = TDVMCALL_STATUS_RETRY;
	host.refusals = 5;
	expect_get(QUOTE_SIZE, "later");
	expect_u64(host.calls, 6, "asked again");
	host.refusals = UINT32_MAX;
	host.calls = 0;
	expect_get(-ETIMEDOUT, "never");
	expect_true(host.calls <= 110, "a bound");
	host.refusal = TDVMCALL_STATUS_INVALID_OPERAND;
	host.calls = 0;
	expect_get(-EINVAL, "refused");
	expect_u64(host.calls, 1, "once");
	host_begin(0);
	expect_get(QUOTE_SIZE, "and after that");
}

static void test_turns(void)
{
	host_begin(500 * MSEC);
	asks_twice = true;
	expect_get(QUOTE_SIZE, "the first thread");
	expect_u64(other_result, (uint64_t)-ETIMEDOUT, "the second");
	expect_u64(host.calls, 1, "one request");
}

static void test_interrupts(void)
{
	uint64_t start;

	host_begin(777 * MSEC);
	host.has_interrupt = true;
	expect_get(QUOTE_SIZE, "the first");
	host_begin(777 * MSEC);
	host.has_interrupt = true;
	start = now;
	expect_get(QUOTE_SIZE, "with an interrupt");
	expect_u64(now - start, 777 * MSEC, "at once");
	expect_true(host.status_reads <= 6, "hardly looked at");
	host_begin(777 * MSEC);
	host.has_interrupt = host.loses_interrupts = true;
	start = now;
	expect_get(QUOTE_SIZE, "an interrupt that does not come");
	expect_true(now - start <= 1000 * MSEC, "looked for nevertheless");
}

/* The interrupt is asked for once: another process for a host that has it. */
static int run_interrupts(void)
{
	const pid_t child = fork();
	int status = -1;

	if (!child) {
		test_interrupts();
		exit(expect_result("attest, with interrupts"));
	}
	waitpid(child, &status, 0);
	return status;
}

int main(void)
{
	uint8_t *const bytes = (uint8_t *)&td;

	buffer = aligned_alloc(PAGE_SIZE, SIZE);
	for (size_t i = 0; i < sizeof(td); i++)
		bytes[i] = (uint8_t)(i * 11 + i / 256);
	expect_u64((uint64_t)run_interrupts(), 0, "with interrupts");
	test_request();
	test_kept();
	test_statuses();
	test_lengths();
	test_changes();
	test_others();
	test_never();
	test_refusals();
	test_turns();
	free(buffer);
	return expect_result("attest");
}
