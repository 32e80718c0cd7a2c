/* SPDX-License-Identifier: MIT */
/*
 * #VEs, one after the other, and NMIs that come while the module holds VE info
 * and while the handler is at work: none is lost, no answer is wrong.
 * lie: spurious-nmi
 */
#include "tests/guest/check.h"
#include "tests/guest/ve_some.h"

#include "arch/x86/tdx/tdx.h"

#define ROUNDS 300

int main(void)
{
	const uint64_t before = tdx_count(TDX_COUNT_NMI);

	for (unsigned int i = 0; i < ROUNDS; i++)
		CHECK(ve_some());
	CHECK(tdx_count(TDX_COUNT_NMI) > before + ROUNDS / 4);
	return check_verdict();
}
