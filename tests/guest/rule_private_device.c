/* SPDX-License-Identifier: MIT */
/*
 * A device's registers at their private address: nothing can be there, and the
 * emulator says who looked, and where.
 * boot: tdvf
 * exit: 4
 * expect: device registers are shared (vCPU 0, RIP
 */
#include "arch/x86/paging.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

#define REGISTERS UINT64_C(0xFED1C000)

int main(void)
{
	volatile uint32_t *registers = (void *)(uintptr_t)REGISTERS;

	CHECK_EQUAL(paging_map(REGISTERS, REGISTERS + 4096, PAGING_WRITE), 0);
	printf("private: %x\n", registers[0]);
	return check_survived();
}
