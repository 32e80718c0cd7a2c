/* SPDX-License-Identifier: MIT */
/* The real local APIC: clocks, ticks, and interrupts from CPU to CPU. */
#include "emu/vmm/lapic.h"

#include "emu/boot/cpu.h"
#include "emu/boot/trap.h"
#include "emu/vmm/vmm.h"

#define CALIBRATION_COUNTS 10000000
#define CALIBRATION_READINGS 16

static uint64_t tsc_hz;

uint64_t vmm_tsc_hz(void)
{
	return tsc_hz;
}

struct clock_sample {
	uint64_t tsc;
	uint32_t count;
};

/* Both clocks at one moment: the reading that took the shortest. */
static struct clock_sample sample_clocks(void)
{
	struct clock_sample best = { 0 };
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < CALIBRATION_READINGS; i++) {
		const uint64_t before = cpu_rdtsc();
		const uint32_t count = *apic(APIC_CURRENT_COUNT);
		const uint64_t took = cpu_rdtsc() - before;

		if (took >= shortest)
			continue;
		shortest = took;
		best = (struct clock_sample){ before + took / 2, count };
	}
	return best;
}

/* The TSC's rate, measured against the APIC timer. */
static void calibrate(void)
{
	struct clock_sample start;
	struct clock_sample end;

	*apic(APIC_DIVIDE) = APIC_DIVIDE_BY_1;
	*apic(APIC_INITIAL_COUNT) = UINT32_MAX;
	start = sample_clocks();
	do {
		end = sample_clocks();
	} while (start.count - end.count < CALIBRATION_COUNTS);
	tsc_hz = (end.tsc - start.tsc) * (APIC_HZ / 1000) /
		 ((start.count - end.count) / 1000);
	*apic(APIC_INITIAL_COUNT) = 0;
}

void vmm_lapic_enable(void)
{
	*apic(APIC_SVR) = APIC_SVR_ENABLE;
	*apic(APIC_LVT_LINT0) = (uint32_t)APIC_LVT_MASKED;
	*apic(APIC_DIVIDE) = APIC_DIVIDE_BY_1;
	*apic(APIC_LVT_TIMER) = TRAP_VECTOR_TICK;
}

void vmm_lapic_init(void)
{
	calibrate();
	vmm_lapic_enable();
}

static void wait_microseconds(uint64_t microseconds)
{
	const uint64_t start = cpu_rdtsc();

	while (cpu_rdtsc() - start < microseconds * (tsc_hz / 1000000))
		cpu_pause();
}

/* SDM, MP Initialization: INIT, then twice SIPI, to all but this CPU. */
void vmm_lapic_send_init_sipi(unsigned int sipi_vector)
{
	*apic(APIC_ICR_HIGH) = 0;
	*apic(APIC_ICR) = APIC_ICR_INIT_OTHERS;
	wait_microseconds(10000);
	for (int i = 0; i < 2; i++) {
		*apic(APIC_ICR) = APIC_ICR_SIPI_OTHERS | sipi_vector;
		wait_microseconds(200);
	}
}

void vmm_lapic_send(unsigned int cpu, unsigned int vector)
{
	*apic(APIC_ICR_HIGH) = cpu << 24;
	*apic(APIC_ICR) = APIC_ICR_FIXED | vector;
}

/*
 * QEMU 7.2 keeps what its APIC asks of a CPU in a word of flags that the CPU
 * changes without a lock at each VMRUN: an interrupt may stand in the APIC and
 * the CPU not know of it. Any write of TPR tells it again.
 */
void vmm_lapic_ask_again(void)
{
	*apic(APIC_TPR) = 0;
}

void vmm_lapic_start_tick(uint64_t nanoseconds)
{
	*apic(APIC_INITIAL_COUNT) = (uint32_t)nanoseconds;
}
