/* SPDX-License-Identifier: MIT */
/*
 * A host that refuses all device registers: reads give ones and writes
 * nothing, as on a bus where nobody answers, but who asked by the exception
 * table to be told is told.
 * lie: mmio-refuse
 */
#include "tests/guest/ve_diff.h"

static uint8_t bytes[16];

int main(void)
{
	void *device = (void *)diff_device();
	struct ve_registers regs = {
		.rax = 0x1234567800000000, .rbx = diff_device(), .rflags = 2,
	};
	uint32_t value = 5;

	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE, DIFF_DEVICE + PAGE_SIZE), 0);
	ve_case_run(ve_mmio_load32, &regs);
	CHECK_EQUAL(regs.rax, 0xFFFFFFFF);
	ve_case_run(ve_mmio_store32, &regs);
	ve_case_run(ve_mmio_add, &regs);
	/* 0xFFFFFFFF + 0xFFFFFFFF: CF, AF and SF. */
	CHECK_EQUAL(regs.rflags & DIFF_FLAGS, 0x91);
	CHECK(!cpu_read_mmio_safe((const void host_shared *)device, &value));
	/* Mapped by nobody: #PF. */
	CHECK(!cpu_read_mmio_safe(paging_shared_pointer(DIFF_DEVICE +
							PAGE_SIZE), &value));
	CHECK_EQUAL(value, 5);
	CHECK(!ve_diff_write_safe(device, 1));
	CHECK_EQUAL(ve_diff_copy_safe(bytes, device, sizeof(bytes)),
		    sizeof(bytes));
	CHECK_EQUAL(bytes[0], 0);
	/* Refused on the other side: no #PF of memory's. */
	CHECK_EQUAL(ve_diff_copy_safe(device, (uint8_t *)device + 64, 3), 3);
	return check_verdict();
}
