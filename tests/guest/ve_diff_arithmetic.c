/* SPDX-License-Identifier: MIT */
/*
 * #VE for device memory against the CPU: ADD to CMP, TEST, XCHG, INC, DEC,
 * NOT, NEG and BT to BTC: results and flags.
 * limit: 240
 */
#include "tests/guest/ve_diff.h"

int main(void)
{
	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE, DIFF_DEVICE + PAGE_SIZE), 0);
	diff_table(ve_diff_arithmetic, ve_diff_arithmetic_end);
	return check_verdict();
}
