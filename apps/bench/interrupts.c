/* SPDX-License-Identifier: MIT */
/*
 * Interrupts: HLT with one pending already, which ends at once, HLT until the
 * timer wakes the CPU, and an interrupt that a CPU sends to itself. The time
 * of arrival is taken by the first instructions of the IDT's entry.
 */
#include "apps/bench/bench.h"

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/trap.h"
#include "kernel/console.h"
#include "kernel/irq.h"

#define MSR_X2APIC_ICR 0x830
#define MSR_X2APIC_LVT_TIMER 0x832
#define MSR_X2APIC_SELF_IPI 0x83F
#define MSR_TSC_DEADLINE 0x6E0

/* SDM, Interrupt Command Register, x2APIC: fixed, physical, assert. */
#define ICR_ASSERT BIT(14)
#define ICR_DESTINATION_SHIFT 32
#define LVT_TSC_DEADLINE BIT(18)
/* The timer is set this part of a second ahead: 200 us. */
#define DEADLINE_PART 5000

static struct {
	uint64_t cost;
	uint64_t vector;
	uint64_t deadline;
	uint64_t distance;
} irq;

static void arrives_elsewhere(void *arg)
{
	(void)arg;
}

static bool has_arrived(const struct probe *probe)
{
	(void)probe;
	return probe_irq_tsc;
}

static uint64_t until_arrival(const struct probe *probe)
{
	const uint64_t ticks = probe_irq_tsc - probe->start;

	return ticks > irq.cost ? ticks - irq.cost : 0;
}

/* How late; the host may wake a TD too early, which counts as 0. */
static uint64_t since_deadline(const struct probe *probe)
{
	(void)probe;
	return probe_irq_tsc > irq.deadline ? probe_irq_tsc - irq.deadline : 0;
}

static void raise_pending(void)
{
	probe_irq_tsc = 0;
	cpu_wrmsr(MSR_X2APIC_SELF_IPI, irq.vector);
}

static void set_up_halt(struct probe *probe)
{
	raise_pending();
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdvmcall_hlt_sti;
}

/* The other form of the halt: any interrupt ends it, masked or not. */
static void halt_masked(void)
{
	tdvmcall_hlt_masked();
	cpu_irq_enable();
}

static void set_up_halt_masked(struct probe *probe)
{
	raise_pending();
	probe->code = probe_call;
	probe->rbx = (uintptr_t)halt_masked;
}

static void set_up_halt_ve(struct probe *probe)
{
	raise_pending();
	probe->code = probe_halt;
}

static void set_up_self_ipi(struct probe *probe)
{
	probe_irq_tsc = 0;
	probe->code = probe_wrmsr_irq;
	probe->rcx = MSR_X2APIC_SELF_IPI;
	probe->rax = irq.vector;
}

static uint64_t icr_self(void)
{
	return (uint64_t)tdx_apic_id() << ICR_DESTINATION_SHIFT | ICR_ASSERT |
	       irq.vector;
}

static void set_up_ipi_call(struct probe *probe)
{
	probe_irq_tsc = 0;
	probe->code = probe_call_irq;
	probe->rbx = (uintptr_t)tdvmcall_wrmsr;
	probe->rdi = MSR_X2APIC_ICR;
	probe->rsi = icr_self();
}

static void set_up_ipi_ve(struct probe *probe)
{
	probe_irq_tsc = 0;
	probe->code = probe_wrmsr_irq;
	probe->rcx = MSR_X2APIC_ICR;
	probe->rax = (uint32_t)icr_self();
	probe->rdx = icr_self() >> 32;
}

static void set_up_timer(struct probe *probe)
{
	probe_irq_tsc = 0;
	irq.deadline = cpu_rdtsc() + irq.distance;
	tdx_apic_set_deadline(irq.deadline);
	probe->code = probe_call;
	probe->rbx = (uintptr_t)tdvmcall_hlt_sti;
}

static void set_up_timer_ve(struct probe *probe)
{
	set_up_timer(probe);
	probe->code = probe_halt;
}

static const struct bench_subject subjects[] = {
	{ .name = "halt_pending", .via = BENCH_DIRECT,
	  .text = "HLT with an interrupt pending, and its handler",
	  .set_up = set_up_halt, .is_good = has_arrived },
	{ .name = "halt_masked", .via = BENCH_DIRECT,
	  .text = "the same with IF = 0, and STI behind it",
	  .set_up = set_up_halt_masked, .is_good = has_arrived },
	{ .name = "halt_pending", .via = BENCH_VE,
	  .text = "HLT with an interrupt pending, and its handler",
	  .set_up = set_up_halt_ve, .is_good = has_arrived },
	{ .name = "self_ipi", .via = BENCH_IRQ,
	  .text = "SELF_IPI, no exit: from WRMSR to the handler",
	  .set_up = set_up_self_ipi, .is_good = has_arrived,
	  .ticks = until_arrival },
	{ .name = "icr_direct", .via = BENCH_IRQ,
	  .text = "ICR to itself by TDVMCALL: to the handler",
	  .set_up = set_up_ipi_call, .is_good = has_arrived,
	  .ticks = until_arrival },
	{ .name = "icr_ve", .via = BENCH_IRQ,
	  .text = "ICR to itself by WRMSR and #VE: to the handler",
	  .set_up = set_up_ipi_ve, .is_good = has_arrived,
	  .ticks = until_arrival },
};

static const struct bench_subject timer_subjects[] = {
	{ .name = "timer_wake", .via = BENCH_IRQ,
	  .text = "HLT until the timer: from the deadline to the handler",
	  .set_up = set_up_timer, .is_good = has_arrived,
	  .ticks = since_deadline },
	{ .name = "timer_wake_ve", .via = BENCH_IRQ,
	  .text = "HLT by #VE until the timer: likewise",
	  .set_up = set_up_timer_ve,
	  .is_good = has_arrived, .ticks = since_deadline },
};

static void use_timer(uint64_t vector)
{
	if (tdx_wrmsr(MSR_X2APIC_LVT_TIMER, LVT_TSC_DEADLINE | vector))
		log_line("bench: the host refuses the timer's vector");
}

void bench_interrupts(struct bench *bench)
{
	const int vector = irq_alloc(arrives_elsewhere, NULL);

	if (vector < 0)
		return;
	irq.vector = (uint64_t)vector;
	irq.cost = bench->cost;
	irq.distance = tdx_tsc_hz() / DEADLINE_PART;
	trap_set_entry((unsigned int)vector, probe_irq_entry);
	bench_run(bench, subjects, ARRAY_SIZE(subjects));
	use_timer(irq.vector);
	bench_run(bench, timer_subjects, ARRAY_SIZE(timer_subjects));
	use_timer(TDX_VECTOR_TIMER);
}
