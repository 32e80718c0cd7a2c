/* SPDX-License-Identifier: MIT */
/*
 * A device access that nobody emulates is refused by name: CMPXCHG.
 * exit: 3
 * expect: #VE: instruction not emulated: 0xfb10b
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "arch/x86/paging.h"
#include "tests/guest/ve_cases.h"

#define DEVICE UINT64_C(0xFED1C000)

int main(void)
{
	struct ve_registers regs = {
		.rbx = (uintptr_t)paging_shared_pointer(DEVICE),
		.rflags = 2,
	};

	CHECK_EQUAL(paging_map_shared(DEVICE, DEVICE + PAGE_SIZE), 0);
	ve_case_run(ve_mmio_cmpxchg, &regs);
	return check_survived();
}
