/* SPDX-License-Identifier: MIT */
/*
 * What the host said of the TD when it was built stands in its report.
 * options: --mrconfigid YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh --mrowner YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJi
 */
#include <string.h>

#include "arch/x86/tdx/tdcall.h"
#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

/* TDREPORT_STRUCT: REPORTDATA and what TDINFO_STRUCT says of identity. */
#define REPORT_DATA 128
#define MRCONFIGID 576
#define MROWNER 624
#define MROWNERCONFIG 672
#define DIGEST 48

static bool is_filled(const uint8_t *at, char with)
{
	for (int i = 0; i < DIGEST; i++)
		if (at[i] != with)
			return false;
	return true;
}

int main(void)
{
	uint8_t *report = page_alloc(1);
	uint8_t *data = page_alloc(1);

	CHECK(report && data);
	memset(data, 'd', 64);
	CHECK(!tdg_mr_report(page_pa(report), page_pa(data)));
	CHECK(!memcmp(report + REPORT_DATA, data, 64));
	CHECK(is_filled(report + MRCONFIGID, 'a'));
	CHECK(is_filled(report + MROWNER, 'b'));
	CHECK(is_filled(report + MROWNERCONFIG, 0));
	return check_verdict();
}
