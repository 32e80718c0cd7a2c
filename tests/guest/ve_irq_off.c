/* SPDX-License-Identifier: MIT */
/*
 * #VE with interrupts off: the answers are right, and an interrupt that waits
 * all the while comes once, when they are turned on.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_some.h"

#define ROUNDS 50
#define MSR_X2APIC_SELF_IPI 0x83F

static volatile unsigned int interrupts;

static void on_interrupt(void *arg)
{
	(void)arg;
	interrupts++;
}

int main(void)
{
	const int vector = irq_alloc(on_interrupt, NULL);

	CHECK(vector > 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		cpu_irq_disable();
		cpu_wrmsr(MSR_X2APIC_SELF_IPI, (uint64_t)vector);
		CHECK(ve_some());
		CHECK_EQUAL(interrupts, i);
		cpu_irq_enable();
		/* Very soon: in QEMU the shadow of STI is not exact. */
		for (int turn = 0; interrupts == i && turn < 10; turn++)
			cpu_pause();
		CHECK_EQUAL(interrupts, i + 1);
	}
	return check_verdict();
}
