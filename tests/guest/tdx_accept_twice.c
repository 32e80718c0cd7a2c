/* SPDX-License-Identifier: MIT */
/*
 * A page that is accepted already is an error, and stays what it is: believing
 * it to be fresh would let a host play back an old one.
 */
#include <errno.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/page.h"
#include "tests/guest/check.h"

int main(void)
{
	uint64_t *words = page_alloc(2);
	const paddr_t gpa = page_pa(words);
	const uint64_t accepted = tdx_count(TDX_COUNT_PAGES_ACCEPTED);

	words[0] = 0x1234;
	words[1023] = 0x5678;
	CHECK_EQUAL(tdx_accept(gpa, gpa + PAGE_SIZE), -EEXIST);
	CHECK_EQUAL(tdx_accept(gpa, gpa + 2 * PAGE_SIZE), -EEXIST);
	CHECK_EQUAL(words[0], 0x1234);
	CHECK_EQUAL(words[1023], 0x5678);
	CHECK_EQUAL(tdx_accept(gpa, gpa), 0);
	CHECK_EQUAL(tdx_accept(gpa + 1, gpa + PAGE_SIZE), -EINVAL);
	CHECK_EQUAL(tdx_count(TDX_COUNT_PAGES_ACCEPTED), accepted);
	return check_verdict();
}
