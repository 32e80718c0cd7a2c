/* SPDX-License-Identifier: MIT */
/*
 * What was measured before this program shows in the TD's report, and what
 * the program extends itself. tests/e2e/tdvf.sh compares what is printed.
 */
#include <errno.h>
#include <string.h>

#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/page.h"
#include "lib/sha384.h"
#include "tests/guest/check.h"

/* TDREPORT_STRUCT. */
#define MRTD 528
#define RTMR 720
#define RTMRS 4

static uint8_t *report;
static uint8_t *data;

static const uint8_t *rtmr(unsigned int index)
{
	return report + RTMR + SHA384_SIZE * index;
}

static void take_report(void)
{
	CHECK(!tdg_mr_report(page_pa(report), page_pa(data)));
}

static void print_digest(const char *name, unsigned int index,
			 const uint8_t *digest)
{
	printf("%s%u ", name, index);
	for (unsigned int i = 0; i < SHA384_SIZE; i++)
		printf("%02x", digest[i]);
	printf("\n");
}

static bool is_zero(const uint8_t *digest)
{
	const uint8_t zero[SHA384_SIZE] = { 0 };

	return !memcmp(digest, zero, sizeof(zero));
}

/* A register is the digest of what it was and of what was added. */
static void test_extend(void)
{
	uint8_t both[2 * SHA384_SIZE] = { 0 };
	uint8_t want[SHA384_SIZE];

	sha384_digest("abc", 3, both + SHA384_SIZE);
	CHECK_EQUAL(tdx_rtmr_extend(3, both + SHA384_SIZE), 0);
	CHECK_EQUAL(tdx_rtmr_extend(RTMRS, both + SHA384_SIZE), -EINVAL);
	sha384_digest(both, sizeof(both), want);
	take_report();
	CHECK(!memcmp(rtmr(3), want, sizeof(want)));
}

int main(void)
{
	report = page_alloc(1);
	data = page_alloc(1);
	CHECK(report && data);
	take_report();
	print_digest("MRTD", 0, report + MRTD);
	for (unsigned int i = 0; i < RTMRS; i++)
		print_digest("RTMR", i, rtmr(i));
	CHECK(!is_zero(report + MRTD));
	CHECK(!is_zero(rtmr(0)));
	CHECK(is_zero(rtmr(3)));
	test_extend();
	return check_verdict();
}
