/* SPDX-License-Identifier: MIT */
/*
 * Firmware may end in the middle of its interrupts: whatever is in service
 * when the local APIC is taken over is ended, or nothing of a lower priority
 * would ever come. Here in the middle of two of the kernel's own.
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/irq.h"
#include "tests/guest/check.h"

#define MSR_X2APIC_ISR 0x810
#define MSR_X2APIC_SELF_IPI 0x83F
#define LOW 0x41
#define HIGH 0xD1

static unsigned int lows, highs;
static unsigned int before, after;

static unsigned int count_in_service(void)
{
	unsigned int count = 0;

	for (uint32_t i = 0; i < 8; i++)
		count += (unsigned int)__builtin_popcountll(
			cpu_rdmsr(MSR_X2APIC_ISR + i));
	return count;
}

static void raise(unsigned int vector)
{
	cpu_wrmsr(MSR_X2APIC_SELF_IPI, vector);
	for (int turn = 0; turn < 10; turn++)
		cpu_pause();
}

static void on_low(void *arg)
{
	(void)arg;
	if (lows++)
		return;
	cpu_irq_enable();
	raise(HIGH);
	cpu_irq_disable();
}

static void on_high(void *arg)
{
	(void)arg;
	highs++;
	before = count_in_service();
	tdx_apic_init();
	after = count_in_service();
}

int main(void)
{
	irq_set(LOW, on_low, NULL);
	irq_set(HIGH, on_high, NULL);
	raise(LOW);
	CHECK_EQUAL(lows, 1);
	CHECK_EQUAL(highs, 1);
	CHECK_EQUAL(before, 2);
	CHECK_EQUAL(after, 0);
	raise(LOW);
	CHECK_EQUAL(lows, 2);
	return check_verdict();
}
