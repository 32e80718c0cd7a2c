/* SPDX-License-Identifier: MIT */
/*
 * No instruction comes from shared memory, whatever the page tables allow:
 * the host could change it between the look and the use.
 * exit: 3
 * expect: page fault: execute protected 0x
 */
#include "arch/x86/cpu.h"
#include "arch/x86/paging.h"
#include "kernel/app.h"
#include "kernel/page.h"
#include "lib/shared.h"
#include "tests/guest/check.h"

#define ENTRY_ADDRESS UINT64_C(0x000FFFFFFFFFF000)
#define ENTRY_LARGE BIT(7)
#define ENTRY_NO_EXECUTE BIT(63)

/* Takes the no-execute bit out of all that translates address. */
static void allow_execution(uint64_t address)
{
	uint64_t *table = (uint64_t *)(uintptr_t)(cpu_read_cr3() &
						  ENTRY_ADDRESS);

	for (unsigned int shift = 39; shift >= PAGE_SHIFT; shift -= 9) {
		uint64_t *entry = &table[(address >> shift) & 511];

		*entry &= ~ENTRY_NO_EXECUTE;
		if (*entry & ENTRY_LARGE)
			break;
		table = (uint64_t *)(uintptr_t)(*entry & ENTRY_ADDRESS);
	}
	cpu_write_cr3(cpu_read_cr3());
}

int main(void)
{
	static const uint8_t code[] = { 0xC3 };	/* ret */
	void host_shared *page = page_alloc_shared(1);
	const uint64_t address = PAGING_SHARED_BASE + page_shared_dma(page);
	void (*volatile run)(void) = (void (*)(void))(uintptr_t)address;

	shared_copy_out(page, code, sizeof(code));
	allow_execution(address);
	run();
	return check_survived();
}
