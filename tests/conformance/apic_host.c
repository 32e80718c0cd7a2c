/* SPDX-License-Identifier: MIT */
/*
 * The local APIC, the host's part: ICR, timer and the other registers that
 * take a TDVMCALL. "APIC, interrupts, time" of the reference.
 */
#include "tests/conformance/lib/apic.h"

#define SPIN "\xF3\x90\xEB\xFC"	/* 1: pause; jmp 1b */
#define DEADLINE_MODE BIT(18)
#define LVT_MASKED BIT(16)

static uint64_t host_read(uint32_t msr)
{
	struct trial trial = { 0 };

	expect("host RDMSR", vmcall(&trial, VMCALL_RDMSR, msr, 0, 0), 0);
	return trial.gpr[R11];
}

/* IPIs: ICR is the host's; self shorthand and this CPU's id. */
static void icr_to_self(void)
{
	host_write(X2APIC_ICR, BIT(18) | LOW);
	expect("shorthand", next_interrupt(), LOW);
	eoi();
	host_write(X2APIC_ICR, HIGH);
	expect("destination 0", next_interrupt(), HIGH);
	eoi();
	expect("once", next_interrupt(), COMPLETED);
}

static void icr_elsewhere(void)
{
	host_write(X2APIC_ICR, UINT64_C(0x55) << 32 | LOW);
	expect("nobody", next_interrupt(), COMPLETED);
	host_write(X2APIC_ICR, BIT(18) | BIT(19) | LOW);
	expect("all but self", next_interrupt(), COMPLETED);
}

static void init_sipi_ignored(void)
{
	host_write(X2APIC_ICR, 0x4500);
	host_write(X2APIC_ICR, 0x4600 | 0x10);
	expect("still here", next_interrupt(), COMPLETED);
}

/* Timer: TSC deadline. */
static void spin_for(uint64_t vector)
{
	struct trial trial = { 0 };

	trial.rflags = FLAG_IF;
	trial_run(&trial, CODE(SPIN));
	expect("vector", trial.vector, vector);
	eoi();
}

static void deadline_in_past(void)
{
	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(0x6E0, 1);
	spin_for(HIGH);
	expect("disarmed", host_read(0x6E0), 0);
}

static void deadline_in_future(void)
{
	const uint64_t ticks = vm_rd(TSC_FREQUENCY) * 25000; /* 1 ms */
	const uint64_t deadline = cpu_rdtsc() + 2 * ticks;

	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(0x6E0, deadline);
	spin_for(HIGH);
	expect_true("not early", cpu_rdtsc() >= deadline);
	expect("once", next_interrupt(), COMPLETED);
}

static void deadline_0_disarms(void)
{
	const uint64_t ticks = vm_rd(TSC_FREQUENCY) * 25000;
	const uint64_t deadline = cpu_rdtsc() + 5 * ticks;

	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(0x6E0, deadline);
	host_write(0x6E0, 0);
	while (cpu_rdtsc() < deadline + ticks)
		cpu_pause();
	expect("nothing", next_interrupt(), COMPLETED);
}

static void timer_masked(void)
{
	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | LVT_MASKED | HIGH);
	host_write(0x6E0, 1);
	expect("nothing", next_interrupt(), COMPLETED);
}

/* Initial count: the APIC's bus has 25 MHz. */
static void one_shot_25_mhz(void)
{
	const uint64_t ticks = vm_rd(TSC_FREQUENCY) * 25000;
	uint64_t start;

	host_write(0x83E, 0xB);	/* divide by 1 */
	host_write(X2APIC_LVT_TIMER, HIGH);
	start = cpu_rdtsc();
	host_write(0x838, 2 * 25000);
	spin_for(HIGH);
	expect_true("2 ms have passed", cpu_rdtsc() - start >= 2 * ticks);
	expect_true("a second has not",
		    cpu_rdtsc() - start < 1000 * ticks);
	expect("current count", host_read(0x839), 0);
}

/* The host's registers. */
static void id_is_everywhere_the_same(void)
{
	struct trial trial = { 0 };

	expect("MSR 0x802", host_read(X2APIC_ID), 0);
	expect("CPUID 0xB", vmcall(&trial, VMCALL_CPUID, 0xB, 0, 0), 0);
	expect("EDX", trial.gpr[R15], 0);
	trial.gpr[RAX] = 1;
	trial_run(&trial, CODE("\x0F\xA2"));
	expect("CPUID 1", trial.gpr[RBX] >> 24, 0);
	trial.gpr[RAX] = TDG_VP_INFO;
	trial_tdcall(&trial);
	expect("VCPU_INDEX", trial.gpr[R9], 0);
}

static void version_and_ldr(void)
{
	expect_true("version", (host_read(0x803) & 0xFF) >= 0x10);
	expect("LDR", host_read(0x80D), 1);
}

static void svr_round_trip(void)
{
	const uint64_t old = host_read(X2APIC_SVR);

	host_write(X2APIC_SVR, BIT(8) | 0xEF);
	expect("SVR", host_read(X2APIC_SVR), BIT(8) | 0xEF);
	host_write(X2APIC_SVR, old);
}

static const struct rule rules[] = {
	{ "apic.icr_to_self", icr_to_self },
	{ "apic.icr_elsewhere", icr_elsewhere },
	{ "apic.init_sipi_ignored", init_sipi_ignored },
	{ "apic.deadline_in_past", deadline_in_past },
	{ "apic.deadline_in_future", deadline_in_future },
	{ "apic.deadline_0_disarms", deadline_0_disarms },
	{ "apic.timer_masked", timer_masked },
	{ "apic.one_shot_25_mhz", one_shot_25_mhz },
	{ "apic.id_is_everywhere_the_same", id_is_everywhere_the_same },
	{ "apic.version_and_ldr", version_and_ldr },
	{ "apic.svr_round_trip", svr_round_trip },
};

int main(void)
{
	trial_init();
	RULES_CHECK(rules);
	return rules_verdict();
}
