/* SPDX-License-Identifier: MIT */
/*
 * #VE for device memory against the CPU: MOV, MOVZX, MOVSX, MOVSXD, MOVBE and
 * MOVNTI in all addressing modes, with all registers.
 * limit: 240
 */
#include "tests/guest/ve_diff.h"

int main(void)
{
	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE, DIFF_DEVICE + PAGE_SIZE), 0);
	diff_table(ve_diff_moves, ve_diff_moves_end);
	return check_verdict();
}
