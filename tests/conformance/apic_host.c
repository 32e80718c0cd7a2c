/* SPDX-License-Identifier: MIT */
/*
 * The local APIC, the host's part: ICR, timer and the other registers that
 * take a TDVMCALL. "APIC, interrupts, time" of the reference.
 * options: --deterministic
 * boot: tdvf
 */
#include "tests/conformance/lib/apic.h"

/* No PAUSE: each ends a turn of QEMU's, which takes it minutes here. */
#define SPIN "\xEB\xFE"	/* 1: jmp 1b */
#define DEADLINE_MODE BIT(18)
#define PERIODIC_MODE BIT(17)
#define LVT_MASKED BIT(16)
#define INITIAL_COUNT 0x838
#define CURRENT_COUNT 0x839
#define DIVIDE 0x83E
#define DIVIDE_BY_1 0xB
#define DIVIDE_BY_4 1

static uint64_t host_read(uint32_t msr)
{
	struct trial trial = { 0 };

	expect("host RDMSR", vmcall(&trial, VMCALL_RDMSR, msr, 0, 0), 0);
	return trial.gpr[R11];
}

static uint64_t ticks_of_msec(uint64_t msec)
{
	return msec * vm_rd(TSC_FREQUENCY) * 25000;
}

static void wait_until(uint64_t tsc)
{
	while (cpu_rdtsc() < tsc)
		cpu_pause();
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

static void icr_reads_back(void)
{
	const uint64_t nobody = UINT64_C(0x55) << 32 | LOW;

	host_write(X2APIC_ICR, nobody | BIT(12));
	expect("without the busy bit", host_read(X2APIC_ICR), nobody);
}

static void icr_reserved_bits(void)
{
	static const uint64_t bits[] = { BIT(13), BIT(16), BIT(17), BIT(20),
					 BIT(31) };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		struct trial trial = { 0 };

		expect("WRMSR", vmcall(&trial, VMCALL_WRMSR, X2APIC_ICR,
				       BIT(18) | bits[i] | LOW, 0),
		       VMCALL_INVALID_OPERAND);
	}
	expect("nothing", next_interrupt(), COMPLETED);
}

/* SELF_IPI is native, but KVM knows it too. */
static void self_ipi(void)
{
	struct trial trial = { 0 };

	host_write(X2APIC_SELF_IPI, HIGH);
	expect("vector", next_interrupt(), HIGH);
	eoi();
	expect("more than a vector",
	       vmcall(&trial, VMCALL_WRMSR, X2APIC_SELF_IPI, 0x100 | HIGH, 0),
	       VMCALL_INVALID_OPERAND);
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

/* Away from deadline mode it is disarmed, and without a deadline. */
static void mode_change_disarms(void)
{
	const uint64_t deadline = cpu_rdtsc() + ticks_of_msec(5);

	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(0x6E0, deadline);
	host_write(X2APIC_LVT_TIMER, HIGH);
	expect("deadline", host_read(0x6E0), 0);
	wait_until(deadline + ticks_of_msec(1));
	expect("nothing", next_interrupt(), COMPLETED);
	host_write(INITIAL_COUNT, UINT32_MAX);
	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	expect("initial count", host_read(INITIAL_COUNT), 0);
	host_write(X2APIC_LVT_TIMER, HIGH);
	expect("current count", host_read(CURRENT_COUNT), 0);
}

/* Each mode has registers of its own: the other's are not taken. */
static void other_mode_ignored(void)
{
	const uint64_t ticks = ticks_of_msec(1);

	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(INITIAL_COUNT, 1);
	expect("initial count", host_read(INITIAL_COUNT), 0);
	host_write(0x6E0, cpu_rdtsc() + 1000 * ticks);
	expect("current count", host_read(CURRENT_COUNT), 0);
	host_write(X2APIC_LVT_TIMER, HIGH);
	host_write(0x6E0, 1);
	expect("deadline", host_read(0x6E0), 0);
	wait_until(cpu_rdtsc() + ticks);
	expect("nothing", next_interrupt(), COMPLETED);
}

static void periodic(void)
{
	const uint64_t start = cpu_rdtsc();

	host_write(DIVIDE, DIVIDE_BY_1);
	host_write(X2APIC_LVT_TIMER, PERIODIC_MODE | HIGH);
	host_write(INITIAL_COUNT, 25000);
	for (int i = 0; i < 3; i++)
		spin_for(HIGH);
	expect_true("3 ms have passed",
		    cpu_rdtsc() - start >= ticks_of_msec(3));
	expect("initial count", host_read(INITIAL_COUNT), 25000);
	host_write(INITIAL_COUNT, 0);
	next_interrupt();
	eoi();
	wait_until(cpu_rdtsc() + ticks_of_msec(3));
	expect("stopped", next_interrupt(), COMPLETED);
}

/* What is left is counted on with the new step. */
static void divide_changes(void)
{
	const uint64_t ticks = vm_rd(TSC_FREQUENCY); /* of a count */
	uint64_t start, left, changed;

	host_write(DIVIDE, DIVIDE_BY_1);
	host_write(X2APIC_LVT_TIMER, HIGH);
	host_write(INITIAL_COUNT, 4 * 25000);
	start = cpu_rdtsc();
	left = host_read(CURRENT_COUNT) * ticks;
	host_write(DIVIDE, DIVIDE_BY_4);
	changed = cpu_rdtsc();
	spin_for(HIGH);
	/* Four times as long, but for what had passed before the change. */
	expect_true("it took longer",
		    cpu_rdtsc() - start + 3 * (changed - start) + 4 * ticks >=
			    4 * left);
	host_write(DIVIDE, 0xFFFFFFF4);
	expect("reserved bits", host_read(DIVIDE), 0);
}

/* Exceptions' vectors above 15 are a timer's too. */
static void timer_vector_16_to_31(void)
{
	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | 0x1C);
	host_write(0x6E0, 1);
	spin_for(0x1C);
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

/* Local APIC Register Address Space, x2APIC: the others do not exist. */
static void unknown_registers(void)
{
	static const uint32_t no_read[] = {
		0x800, 0x801, 0x804, 0x807, 0x809, 0x80C, 0x80E, 0x829, 0x82E,
		0x831, 0x83A, 0x83D, 0x83F, 0x840, 0x8FF,
	};
	static const uint32_t no_write[] = {
		0x800, 0x801, 0x802, 0x803, 0x804, 0x80C, 0x80D, 0x80E, 0x82E,
		0x831, 0x839, 0x83A, 0x83D, 0x840, 0x8FF,
	};
	struct trial trial;

	for (size_t i = 0; i < ARRAY_SIZE(no_read); i++) {
		trial = (struct trial){ 0 };
		expect("RDMSR", vmcall(&trial, VMCALL_RDMSR, no_read[i], 0, 0),
		       VMCALL_INVALID_OPERAND);
	}
	for (size_t i = 0; i < ARRAY_SIZE(no_write); i++) {
		trial = (struct trial){ 0 };
		expect("WRMSR", vmcall(&trial, VMCALL_WRMSR, no_write[i], 0,
				       0), VMCALL_INVALID_OPERAND);
	}
}

/* Bits 63:32 are reserved in all but ICR. */
static void upper_half_refused(void)
{
	static const uint32_t msrs[] = { X2APIC_SVR, X2APIC_LVT_TIMER, 0x828,
					 0x835, 0x837, 0x838, 0x83E, 0x83F };

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		struct trial trial = { 0 };

		expect("WRMSR", vmcall(&trial, VMCALL_WRMSR, msrs[i], BIT(32),
				       0), VMCALL_INVALID_OPERAND);
	}
}

static void esr_takes_zero_only(void)
{
	struct trial trial = { 0 };

	host_write(0x828, 0);
	expect("WRMSR", vmcall(&trial, VMCALL_WRMSR, 0x828, 1, 0),
	       VMCALL_INVALID_OPERAND);
	expect("ESR", host_read(0x828), 0);
}

/* While it is disabled all its interrupts are masked. */
static void disabled_masks(void)
{
	const uint64_t old = host_read(X2APIC_SVR);

	host_write(X2APIC_LVT_TIMER, DEADLINE_MODE | HIGH);
	host_write(0x837, LOW);
	host_write(X2APIC_SVR, 0xFF);
	expect("timer", host_read(X2APIC_LVT_TIMER),
	       DEADLINE_MODE | LVT_MASKED | HIGH);
	expect("error", host_read(0x837), LVT_MASKED | LOW);
	host_write(0x837, LOW);
	expect("stays", host_read(0x837), LVT_MASKED | LOW);
	host_write(X2APIC_SVR, old);
	host_write(0x837, UINT32_MAX);
	expect("bits that there are", host_read(0x837), 0x110FF);
}

static const struct rule rules[] = {
	{ "apic.icr_to_self", icr_to_self },
	{ "apic.icr_elsewhere", icr_elsewhere },
	{ "apic.init_sipi_ignored", init_sipi_ignored },
	{ "apic.icr_reads_back", icr_reads_back },
	{ "apic.icr_reserved_bits", icr_reserved_bits },
	{ "apic.self_ipi_by_host", self_ipi },
	{ "apic.deadline_in_past", deadline_in_past },
	{ "apic.deadline_in_future", deadline_in_future },
	{ "apic.deadline_0_disarms", deadline_0_disarms },
	{ "apic.timer_masked", timer_masked },
	{ "apic.mode_change_disarms", mode_change_disarms },
	{ "apic.other_mode_ignored", other_mode_ignored },
	{ "apic.one_shot_25_mhz", one_shot_25_mhz },
	{ "apic.periodic", periodic },
	{ "apic.divide_changes", divide_changes },
	{ "apic.timer_vector_16_to_31", timer_vector_16_to_31 },
	{ "apic.id_is_everywhere_the_same", id_is_everywhere_the_same },
	{ "apic.version_and_ldr", version_and_ldr },
	{ "apic.svr_round_trip", svr_round_trip },
	{ "apic.unknown_registers", unknown_registers },
	{ "apic.upper_half_refused", upper_half_refused },
	{ "apic.esr_takes_zero_only", esr_takes_zero_only },
	{ "apic.disabled_masks", disabled_masks },
};

int main(void)
{
	trial_init();
	RULES_CHECK(rules);
	return rules_verdict();
}
