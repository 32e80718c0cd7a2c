/* SPDX-License-Identifier: MIT */
/*
 * A device access that reaches into the next page is refused.
 * exit: 3
 * expect: MMIO: access crosses a page at 0xffff8000fed1cffe
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "arch/x86/paging.h"
#include "tests/guest/ve_cases.h"

#define DEVICE UINT64_C(0xFED1C000)

int main(void)
{
	struct ve_registers regs = {
		.rbx = (uintptr_t)paging_shared_pointer(DEVICE + 0xFFE),
		.rflags = 2,
	};

	CHECK_EQUAL(paging_map_shared(DEVICE, DEVICE + 2 * PAGE_SIZE), 0);
	ve_case_run(ve_mmio_load32, &regs);
	return check_survived();
}
