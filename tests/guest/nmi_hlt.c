/* SPDX-License-Identifier: MIT */
/*
 * Halts with interrupts off: an interrupt that is pending ends none of them,
 * an NMI does, and interrupts stay off. HLT by #VE, and the call itself.
 *
 * options: --irq-window
 */
#include "arch/x86/cpu.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "tests/guest/check.h"
#include "tests/guest/nmi_window.h"
#include "tests/guest/ve_cases.h"

#define MSR_X2APIC_SELF_IPI 0x83F
#define ROUNDS 10

static volatile unsigned int interrupts;
static int vector;

static void on_interrupt(void *arg)
{
	(void)arg;
	interrupts++;
}

static void hlt(void)
{
	struct ve_registers regs = { .r12 = 12, .rflags = 2 };

	ve_case_run(ve_hlt, &regs);
	CHECK_EQUAL(regs.r12, 12);
	CHECK_EQUAL(regs.rflags & RFLAGS_IF, 0);
}

/* Sleeps until the timer's time, by an NMI in its place. */
static void check_halt(void (*halt)(void), uint64_t ticks)
{
	const uint64_t nmis = tdx_count(TDX_COUNT_NMI);
	const unsigned int before = interrupts;
	uint64_t deadline;

	cpu_irq_disable();
	cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)vector);
	nmi_window_arm(0);
	deadline = cpu_rdtsc() + ticks;
	tdx_apic_set_deadline(deadline);
	halt();
	CHECK(cpu_rdtsc() >= deadline);
	CHECK_EQUAL(tdx_count(TDX_COUNT_NMI), nmis + 1);
	CHECK_EQUAL(cpu_read_flags() & RFLAGS_IF, 0);
	CHECK_EQUAL(interrupts, before);
	cpu_irq_enable();
	for (int turn = 0; interrupts == before && turn < 10; turn++)
		cpu_pause();
	CHECK_EQUAL(interrupts, before + 1);
}

int main(void)
{
	vector = irq_alloc(on_interrupt, NULL);
	CHECK(vector > 0);
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		const uint64_t ves = tdx_count(TDX_COUNT_VE_HLT);

		check_halt(hlt, i * tdx_tsc_hz() / 1000);
		CHECK_EQUAL(tdx_count(TDX_COUNT_VE_HLT), ves + 1);
		check_halt(tdvmcall_hlt_blocked, i * tdx_tsc_hz() / 1000);
	}
	return check_verdict();
}
