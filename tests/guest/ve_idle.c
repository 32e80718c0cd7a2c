/* SPDX-License-Identifier: MIT */
/*
 * #VE in the idle path: in a timer's function, which the idle loop calls with
 * interrupts off, in an interrupt handler on top of the halted thread, and in
 * one on top of a #VE handler that halts.
 *
 * options: --deterministic
 * boot: tdvf
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_some.h"

#define ROUNDS 50
#define MSR_X2APIC_SELF_IPI 0x83F

static struct wait_queue queue;
static unsigned int in_timer, in_interrupt;
static bool are_right = true;
static int vector;

static void on_interrupt(void *arg)
{
	(void)arg;
	are_right &= ve_some();
	in_interrupt++;
	thread_wake_one(&queue);
}

/* The interrupt is pending when the idle loop halts next. */
static void fire(struct timer *timer)
{
	(void)timer;
	are_right &= ve_some();
	in_timer++;
	cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)vector);
}

static void check_idle(void)
{
	struct timer timer = { .fire = fire };

	for (unsigned int i = 0; i < ROUNDS; i++) {
		cpu_irq_disable();
		timer_arm(&timer, time_now() + NSEC_PER_MSEC);
		CHECK_EQUAL(thread_wait(&queue, time_now() + NSEC_PER_SEC),
			    0);
		cpu_irq_enable();
	}
	CHECK_EQUAL(in_timer, ROUNDS);
	CHECK_EQUAL(in_interrupt, ROUNDS);
}

static void check_nested_hlt(void)
{
	const uint64_t hlts = tdx_count(TDX_COUNT_VE_HLT);
	struct ve_registers regs = { .rax = 1, .r15 = 15 };

	in_interrupt = 0;
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		cpu_irq_disable();
		cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)vector);
		regs.rflags = 2;
		ve_case_run(ve_sti_hlt, &regs);
		CHECK_EQUAL(in_interrupt, i);
	}
	CHECK_EQUAL(regs.rax, 1);
	CHECK_EQUAL(regs.r15, 15);
	CHECK_EQUAL(tdx_count(TDX_COUNT_VE_HLT), hlts + ROUNDS);
}

int main(void)
{
	vector = irq_alloc(on_interrupt, NULL);
	CHECK(vector > 0);
	check_idle();
	check_nested_hlt();
	CHECK(are_right);
	return check_verdict();
}
