/* SPDX-License-Identifier: MIT */
/*
 * emu/vmm/quoting: what the stand-in for a quoting service makes of a report
 * is what the kernel takes for a quote of it, by two descriptions of the
 * format that know nothing of each other; what was not sealed is refused.
 *
 * Links: lib/sha256.c lib/sha384.c lib/quote.c
 */
#include "tests/unit/expect.h"

#include "emu/boot/reportmac.h"
#include "emu/vmm/quoting.h"
#include "lib/quote.h"
#include "lib/sha384.h"

static struct {
	enum reportmac_result result;
	unsigned int calls;
	struct report_mac_struct seen;
} cpu;

/* The CPU of emu/boot/seam.h is the test's. */
enum reportmac_result
seam_verify_report(const struct report_mac_struct *mac_struct);
enum reportmac_result
seam_verify_report(const struct report_mac_struct *mac_struct)
{
	cpu.calls++;
	cpu.seen = *mac_struct;
	return cpu.result;
}

static union {
	struct tdreport_struct emulator;
	struct tdreport kernel;
	uint8_t bytes[1024];
} report;

/* SHA-384 of the first 239 bytes at 256, and of the 512 at 512. */
static void make_report(void)
{
	cpu.result = REPORTMAC_VALID;
	for (size_t i = 0; i < sizeof(report); i++)
		report.bytes[i] = (uint8_t)(i * 13 + i / 256 + 1);
	sha384_digest(report.bytes + 256, 239, report.bytes + 32);
	sha384_digest(report.bytes + 512, 512, report.bytes + 80);
}

static void test_good(void)
{
	struct quoting_quote quote;
	uint8_t zero[64] = { 0 };

	make_report();
	memset(&quote, 0xEE, sizeof(quote));
	expect_true(quoting_make(&report.emulator, &quote), "made");
	expect_u64(cpu.calls, 1, "asked the CPU");
	expect_bytes(&cpu.seen, &report, sizeof(cpu.seen), "about this head");
	expect_u64((uint64_t)quote_check(&quote, sizeof(quote),
					 &report.kernel),
		   sizeof(quote), "the kernel takes it");
	expect_true(strstr((const char *)quote.signature.signature,
			   "no signature") != NULL, "says what it is worth");
	expect_bytes(quote.signature.key, zero, sizeof(zero), "no key");
}

static void expect_refused(const char *what)
{
	struct quoting_quote quote;

	expect_true(!quoting_make(&report.emulator, &quote), what);
}

static void test_refused(void)
{
	make_report();
	cpu.result = REPORTMAC_INVALID;
	expect_refused("another CPU's");
	cpu.result = REPORTMAC_INVALID_CPUSVN;
	expect_refused("an older CPU's");
	for (size_t i = 256; i < 1024; i++) {
		/* Reserved, and not covered by any hash. */
		if (i >= 256 + 239 && i < 512)
			continue;
		make_report();
		report.bytes[i] ^= 4;
		expect_refused("not what the CPU has sealed");
	}
	for (size_t i = 32; i < 128; i++) {
		make_report();
		report.bytes[i] ^= 4;
		expect_refused("hashes of something else");
	}
}

int main(void)
{
	test_good();
	test_refused();
	return expect_result("quoting");
}
