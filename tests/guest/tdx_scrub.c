/* SPDX-License-Identifier: MIT */
/*
 * A call to the host with a canary in each register: afterwards those that
 * were not exposed have it still, and the exposed ones have a result, what
 * they had before the call, or zero.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define SCRATCH_PORT 0x81	/* a DMA page register */
#define LVT_ERROR 0x837
#define MASKED 0x10055

/* Calls what; arguments in RDI, RSI and RDX, result in RAX and RDX. */
static struct ve_registers call(const struct ve_case *what, uint64_t rdi,
				uint64_t rsi, uint64_t rdx)
{
	struct ve_registers regs = {
		.rax = 100, .rcx = 101, .rdx = rdx, .rbx = 103, .rbp = 105,
		.rsi = rsi, .rdi = rdi, .r8 = 108, .r9 = 109, .r10 = 110,
		.r11 = 111, .r12 = 112, .r13 = 113, .r14 = 114, .r15 = 115,
		.rflags = 2,
	};

	ve_case_run(what, &regs);
	cpu_irq_enable();
	CHECK_EQUAL(regs.rbx, 103);
	CHECK_EQUAL(regs.rbp, 105);
	CHECK_EQUAL(regs.r10, 0);
	CHECK_EQUAL(regs.r11, 0);
	CHECK_EQUAL(regs.r12, 112);
	CHECK_EQUAL(regs.r13, 113);
	CHECK_EQUAL(regs.r14, 114);
	CHECK_EQUAL(regs.r15, 115);
	CHECK_EQUAL(regs.rax, 0);
	return regs;
}

/* Never exposed, and the callee's to use: R12 to R15 may wait there. */
static void check_scratch(const struct ve_registers *regs, uint64_t rdi,
			  uint64_t rsi, uint64_t r8, uint64_t r9)
{
	CHECK_EQUAL(regs->rdi, rdi);
	CHECK_EQUAL(regs->rsi, rsi);
	CHECK_EQUAL(regs->r8, r8);
	CHECK_EQUAL(regs->r9, r9);
}

int main(void)
{
	struct ve_registers regs;

	regs = call(tdx_call_io_write, SCRATCH_PORT, 1, 0x5A);
	check_scratch(&regs, 115, 114, 112, 113);
	CHECK_EQUAL(regs.rcx, 0xFC00);
	CHECK_EQUAL(regs.rdx, 0x5A);
	regs = call(tdx_call_io_read, SCRATCH_PORT, 1, 0);
	/* ... and the mask that cuts the value to a byte. */
	check_scratch(&regs, 0xFF, 1, 112, 114);
	CHECK_EQUAL(regs.rcx, 0x5C00);
	CHECK_EQUAL(regs.rdx, 0x5A);
	regs = call(tdx_call_wrmsr, LVT_ERROR, MASKED, 7);
	check_scratch(&regs, LVT_ERROR, MASKED, 108, 109);
	CHECK_EQUAL(regs.rcx, 0x3C00);
	CHECK_EQUAL(regs.rdx, 7);
	regs = call(tdx_call_rdmsr, LVT_ERROR, 0, 0);
	check_scratch(&regs, LVT_ERROR, 0, 108, 109);
	CHECK_EQUAL(regs.rcx, 0x1C00);
	CHECK_EQUAL(regs.rdx, MASKED);
	/* The interrupt that ends the HLT must not come before it. */
	cpu_irq_disable();
	tdx_apic_set_deadline(1);
	regs = call(tdx_call_hlt, 0, 0, 5);
	check_scratch(&regs, 0, 0, 108, 109);
	CHECK_EQUAL(regs.rcx, 0x0C00);
	CHECK_EQUAL(regs.rdx, 5);
	return check_verdict();
}
