/* SPDX-License-Identifier: MIT */
/*
 * A device in the user's half of the address space is refused by name. The
 * kernel never maps one there: the test gives the window of shared memory a
 * second place in the top table, at a quarter of the address space.
 * exit: 3
 * expect: MMIO: user-space address 0x4000fed1c010
 */
#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define DEVICE UINT64_C(0xFED1C000)
#define USER_BASE UINT64_C(0x400000000000)
#define TOP_SHIFT 39

int main(void)
{
	uint64_t *top = (uint64_t *)(uintptr_t)align_down(cpu_read_cr3(),
							   PAGE_SIZE);
	struct ve_registers regs = {
		.rbx = USER_BASE + DEVICE + 0x10,
		.rflags = 2,
	};

	CHECK_EQUAL(paging_map_shared(DEVICE, DEVICE + PAGE_SIZE), 0);
	CHECK(!(cpu_read_cr4() & CR4_LA57));
	top[USER_BASE >> TOP_SHIFT & 511] =
		top[PAGING_SHARED_BASE >> TOP_SHIFT & 511];
	ve_case_run(ve_mmio_load32, &regs);
	return check_survived();
}
