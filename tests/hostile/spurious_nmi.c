/* SPDX-License-Identifier: MIT */
/*
 * NMIs without a reason, in the middle of all that a program does: each is
 * counted, and that is all.
 * lie: spurious-nmi
 * network: echo
 */
#include "tests/hostile/work.h"

int main(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI);

	work();
	CHECK(tdx_count(TDX_COUNT_NMI) > before + 100);
	return check_verdict();
}
