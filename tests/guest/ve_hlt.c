/* SPDX-License-Identifier: MIT */
/*
 * #VE for HLT: `sti; hlt` sleeps until the timer's interrupt, which is not
 * lost when it comes before the HLT is carried out.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define ROUNDS 20

/* Sleeps until ticks from now have passed. */
static void check_sleep(uint64_t ticks)
{
	struct ve_registers regs = { .r11 = 11 };
	uint64_t deadline;

	deadline = cpu_rdtsc() + ticks;
	do {
		cpu_irq_disable();
		/* Each time: a host may wake us early, and once only. */
		tdx_apic_set_deadline(deadline);
		/* IF = 0: the STI is the case's own, right before the HLT. */
		regs.rflags = 2;
		ve_case_run(ve_sti_hlt, &regs);
		CHECK(cpu_read_flags() & RFLAGS_IF);
	} while (cpu_rdtsc() < deadline && tdx_count(TDX_COUNT_VE_HLT) < 1000);
	CHECK(cpu_rdtsc() >= deadline);
	CHECK_EQUAL(regs.r11, 11);
	CHECK(regs.rflags & RFLAGS_IF);
}

int main(void)
{
	const uint64_t calls = tdx_count(TDX_COUNT_CALL_HLT);

	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_HLT), 0);
	for (unsigned int i = 0; i < ROUNDS; i++)
		check_sleep(i * tdx_tsc_hz() / 2000);
	CHECK(tdx_count(TDX_COUNT_VE_HLT) >= ROUNDS);
	CHECK(tdx_count(TDX_COUNT_CALL_HLT) >= calls + ROUNDS);
	return check_verdict();
}
