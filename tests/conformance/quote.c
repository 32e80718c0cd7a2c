/* SPDX-License-Identifier: MIT */
/*
 * GetQuote of a host with a quoting service: as QEMU takes requests and
 * answers them, and the quote as DCAP lays it out. "GetQuote" and
 * "TDREPORT_STRUCT" of the reference; Intel TDX DCAP Quoting Library API,
 * "Quote Format". The signature is nobody's and is not looked at.
 * options: --quote-service --deterministic
 * boot: tdvf
 */
#include <string.h>

#include "arch/x86/cpu.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define BUFFERS 17
#define IN_FLIGHT_MAX 16
#define REPORT_SIZE 1024
#define ANSWER_MSEC 200

struct quote_header {
	uint64_t version, status;
	uint32_t in_len, out_len;
	uint8_t data[4096 - 24];
};
ASSERT_SIZE(struct quote_header, 4096);

static uint64_t first_gpa;
static struct quote_header *buffers;
static uint8_t *report;
static uint8_t *data;

static void setup(void)
{
	uint64_t address = 0;

	report = page_alloc(1);
	data = page_alloc(1);
	first_gpa = page_pa(page_alloc(BUFFERS)) | shared_bit;
	expect_map_gpa(first_gpa, BUFFERS * PAGE_SIZE);
	for (unsigned int i = BUFFERS; i--;)
		address = trial_map(i, (first_gpa + i * PAGE_SIZE) | 3);
	buffers = (struct quote_header *)(uintptr_t)address;
}

static void take_report(uint8_t seed)
{
	memset(data, seed, 64);
	expect("MR.REPORT", tdcall3(TDG_MR_REPORT, page_pa(report),
				    page_pa(data)), 0);
}

static uint64_t get_quote(unsigned int buffer, uint32_t in_len)
{
	struct quote_header *const to = &buffers[buffer];
	struct trial trial = { 0 };

	memset(to, 0xAA, sizeof(*to));
	to->version = 1;
	to->status = 0;
	to->in_len = in_len;
	to->out_len = 0;
	memcpy(to->data, report, REPORT_SIZE);
	return vmcall(&trial, VMCALL_GET_QUOTE, first_gpa + buffer * PAGE_SIZE,
		      PAGE_SIZE, 0);
}

/* Until the host has answered; its status. */
static uint64_t wait_for(unsigned int buffer)
{
	for (int i = 0; i < ANSWER_MSEC; i++) {
		const uint64_t status = *(volatile uint64_t *)
			&buffers[buffer].status;

		if (status != QUOTE_IN_FLIGHT)
			return status;
		thread_sleep(NSEC_PER_MSEC);
	}
	return QUOTE_IN_FLIGHT;
}

static void in_flight(void)
{
	take_report(1);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", buffers[0].status, QUOTE_IN_FLIGHT);
	expect("out_len", buffers[0].out_len, 0);
	expect_bytes("data", buffers[0].data, report, REPORT_SIZE);
	expect("status, later", wait_for(0), 0);
}

/* The service waits for nobody, also not for a vCPU that leaves no more. */
static void answered_to_a_spin(void)
{
	const uint64_t second = vm_rd(TSC_FREQUENCY) * 25000000;
	const volatile uint64_t *status = &buffers[0].status;
	uint64_t start;

	take_report(1);
	cpu_irq_disable();
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	start = cpu_rdtsc();
	while (*status == QUOTE_IN_FLIGHT && cpu_rdtsc() - start < second)
		cpu_pause();
	cpu_irq_enable();
	expect("status", *status, 0);
}

static void answer_header(void)
{
	take_report(2);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", wait_for(0), 0);
	expect("version", buffers[0].version, 1);
	expect("in_len", buffers[0].in_len, REPORT_SIZE);
	expect_true("out_len", buffers[0].out_len > 48 + 584 + 4 &&
				       buffers[0].out_len <= PAGE_SIZE - 24);
	for (size_t i = buffers[0].out_len; i < sizeof(buffers[0].data); i++)
		expect("behind the quote", buffers[0].data[i],
		       i < REPORT_SIZE ? report[i] : 0xAA);
}

static uint32_t quote_u32(size_t offset)
{
	uint32_t value;

	memcpy(&value, buffers[0].data + offset, sizeof(value));
	return value;
}

static void quote_header(void)
{
	take_report(3);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", wait_for(0), 0);
	expect("version and key type, ECDSA P-256", quote_u32(0), 2 << 16 | 4);
	expect("TEE type", quote_u32(4), 0x81);
	expect("reserved", quote_u32(8), 0);
}

/* By offset in the quote, offset in the report, size. */
static void quote_body(void)
{
	static const struct {
		const char *name;
		unsigned int at, from, size;
	} fields[] = {
		{ "TEE_TCB_SVN", 48, 264, 16 }, { "MRSEAM", 64, 280, 48 },
		{ "MRSIGNERSEAM", 112, 328, 48 },
		{ "SEAMATTRIBUTES", 160, 376, 8 },
		{ "TDATTRIBUTES", 168, 512, 8 }, { "XFAM", 176, 520, 8 },
		{ "MRTD", 184, 528, 48 }, { "MRCONFIGID", 232, 576, 48 },
		{ "MROWNER", 280, 624, 48 }, { "MROWNERCONFIG", 328, 672, 48 },
		{ "RTMR0", 376, 720, 48 }, { "RTMR1", 424, 768, 48 },
		{ "RTMR2", 472, 816, 48 }, { "RTMR3", 520, 864, 48 },
		{ "REPORTDATA", 568, 128, 64 },
	};

	take_report(4);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", wait_for(0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		expect_bytes(fields[i].name, buffers[0].data + fields[i].at,
			     report + fields[i].from, fields[i].size);
}

/* Signature, key, certification data, and in that a report and a chain. */
static void quote_lengths(void)
{
	uint32_t size;

	take_report(5);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", wait_for(0), 0);
	size = buffers[0].out_len;
	expect("signature data", quote_u32(632), size - 636);
	expect("certification data, a QE report", quote_u32(764) & 0xFFFF, 6);
	expect("certification data", quote_u32(766), size - 770);
	expect("authentication data", quote_u32(1218) & 0xFFFF, 0);
	expect("chain, PEM", quote_u32(1220) & 0xFFFF, 5);
	expect("chain", quote_u32(1222), size - 1226);
}

/* What the CPU has not sealed so, is not quoted. */
static void expect_refused(const char *what, uint32_t in_len)
{
	expect(what, get_quote(0, in_len), 0);
	expect(what, wait_for(0), QUOTE_ERROR);
	expect(what, buffers[0].out_len, 0);
}

static void wrong_report(void)
{
	static const struct {
		const char *name;
		unsigned int at;
	} bytes[] = {
		{ "MAC", 255 }, { "REPORTDATA", 128 }, { "MRSEAM", 280 },
		{ "MRTD", 528 }, { "RTMR3", 911 }, { "TEE_INFO_HASH", 80 },
		{ "type", 0 }, { "reserved", 1023 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
		take_report(6);
		report[bytes[i].at] ^= 1;
		expect_refused(bytes[i].name, REPORT_SIZE);
	}
}

static void wrong_length(void)
{
	take_report(7);
	expect_refused("none", 0);
	expect_refused("1023", REPORT_SIZE - 1);
	expect_refused("1025", REPORT_SIZE + 1);
}

/* The copy that the host made at the call is what counts. */
static void report_changed_later(void)
{
	take_report(8);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	memset(buffers[0].data, 0, REPORT_SIZE);
	expect("status", wait_for(0), 0);
	expect_bytes("REPORTDATA", buffers[0].data + 568, data, 64);
}

static void too_many(void)
{
	take_report(9);
	for (unsigned int i = 0; i < IN_FLIGHT_MAX; i++)
		expect("R10", get_quote(i, REPORT_SIZE), 0);
	expect("one more", get_quote(IN_FLIGHT_MAX, REPORT_SIZE),
	       VMCALL_RETRY);
	expect("its status", buffers[IN_FLIGHT_MAX].status, 0);
	for (unsigned int i = 0; i < IN_FLIGHT_MAX; i++)
		expect("status", wait_for(i), 0);
	expect("now", get_quote(IN_FLIGHT_MAX, REPORT_SIZE), 0);
	expect("its status", wait_for(IN_FLIGHT_MAX), 0);
}

/* SetupEventNotifyInterrupt: nothing before, one for each answer after. */
static volatile unsigned int interrupts;
static volatile uint64_t status_then;

static void note_interrupt(void *arg)
{
	(void)arg;
	interrupts++;
	status_then = buffers[0].status;
}

static void notify(void)
{
	const int vector = irq_alloc(note_interrupt, NULL);
	struct trial trial = { 0 };

	take_report(10);
	expect("R10", vmcall(&trial, VMCALL_EVENT_NOTIFY, (uint64_t)vector, 0,
			     0), 0);
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("not yet", interrupts, 0);
	expect("status", wait_for(0), 0);
	expect("interrupts", interrupts, 1);
	expect("status at the interrupt", status_then, 0);
	report[255] ^= 1;
	expect("R10", get_quote(0, REPORT_SIZE), 0);
	expect("status", wait_for(0), QUOTE_ERROR);
	expect("also for an error", interrupts, 2);
}

static const struct rule rules[] = {
	{ "quote.setup", setup },
	{ "quote.in_flight", in_flight },
	{ "quote.answered_to_a_spin", answered_to_a_spin },
	{ "quote.answer", answer_header },
	{ "quote.header", quote_header },
	{ "quote.body", quote_body },
	{ "quote.lengths", quote_lengths },
	{ "quote.wrong_report", wrong_report },
	{ "quote.wrong_length", wrong_length },
	{ "quote.report_changed_later", report_changed_later },
	{ "quote.too_many", too_many },
	{ "quote.notify", notify },
};

int main(void)
{
	trial_init();
	RULES_CHECK(rules);
	return rules_verdict();
}
