/* SPDX-License-Identifier: MIT */
/*
 * Instructions by #VE with statuses that do not exist: an answer is taken or
 * is as if nobody were there, and is never half of both.
 * boot: efi
 * lie: r10-range
 */
#include "arch/x86/paging.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define ROUNDS 100
#define HOST_LEAF 0x40000000
#define KVM_EBX 0x4b4d564b		/* "KVMK" */
#define SCRATCH_PORT 0x3FF		/* of the UART */
#define SCRATCH_MMIO UINT64_C(0xFED1C120)
#define VALUE 0x12345678

static struct ve_registers run(const struct ve_case *what, uint64_t rax)
{
	struct ve_registers regs = {
		.rax = rax,
		.rdx = SCRATCH_PORT,
		.rbx = (uintptr_t)paging_shared_pointer(SCRATCH_MMIO),
		.rflags = 0x202,
	};

	ve_case_run(what, &regs);
	return regs;
}

int main(void)
{
	const paddr_t page = align_down(SCRATCH_MMIO, PAGE_SIZE);
	unsigned int refused = 0;

	CHECK_EQUAL(paging_map_shared(page, page + PAGE_SIZE), 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct ve_registers regs = run(ve_cpuid, HOST_LEAF);
		uint64_t byte;

		if (!regs.rbx) {
			CHECK_EQUAL(regs.rax | regs.rcx | regs.rdx, 0);
			refused++;
		} else {
			CHECK_EQUAL(regs.rbx, KVM_EBX);
		}
		/* Writes happen, whatever the host says of them. */
		run(ve_out8, 0x5A);
		byte = run(ve_in8, VALUE).rax;
		CHECK(byte == 0x1234565A || byte == 0x123456FF);
		refused += byte == 0x123456FF;
	}
	printf("%u refused\n", refused);
	CHECK(refused > ROUNDS / 4 && refused < ROUNDS);
	return check_verdict();
}
