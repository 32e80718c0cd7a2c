/* SPDX-License-Identifier: MIT */
/*
 * The local APIC in x2APIC mode, which is the only one that a TD has. TPR,
 * EOI and ISR are virtualised by the CPU and accessed natively; all other
 * registers are the host's and take a TDVMCALL. The host can withhold or
 * invent any interrupt, so nothing here is more than a hint to look.
 */
#include "arch/x86/tdx/tdx.h"

#include "arch/x86/cpu.h"
#include "arch/x86/trap.h"

#define MSR_X2APIC_ID 0x802
#define MSR_X2APIC_TPR 0x808
#define MSR_X2APIC_EOI 0x80B
#define MSR_X2APIC_SVR 0x80F
#define MSR_X2APIC_ISR 0x810
#define MSR_X2APIC_LVT_TIMER 0x832
#define MSR_X2APIC_LVT_THERMAL 0x833
#define MSR_X2APIC_LVT_PMC 0x834
#define MSR_X2APIC_LVT_LINT0 0x835
#define MSR_X2APIC_LVT_LINT1 0x836
#define MSR_X2APIC_LVT_ERROR 0x837
#define MSR_TSC_DEADLINE 0x6E0

#define ISR_WORDS 8
#define ISR_BITS 256
#define SVR_ENABLE BIT(8)
#define LVT_MASKED BIT(16)
#define LVT_TSC_DEADLINE BIT(18)

static uint32_t apic_id;

/*
 * SDM, Spurious Interrupt: no EOI, since no bit was set in ISR. But a host can
 * also post this vector like any other, and without EOI the TD would be deaf
 * to all others from then on.
 */
static void ignore_spurious(struct trap_frame *frame)
{
	const uint64_t word = cpu_rdmsr(MSR_X2APIC_ISR +
					TDX_VECTOR_SPURIOUS / 32);

	(void)frame;
	if (word & BIT(TDX_VECTOR_SPURIOUS % 32))
		tdx_apic_eoi();
}

static bool is_in_service(void)
{
	uint64_t bits = 0;

	for (uint32_t i = 0; i < ISR_WORDS; i++)
		bits |= cpu_rdmsr(MSR_X2APIC_ISR + i);
	return bits;
}

/* The firmware may have left in the middle of an interrupt. */
static void end_stale_interrupts(void)
{
	for (int i = 0; i < ISR_BITS && is_in_service(); i++)
		tdx_apic_eoi();
}

static void write_register(uint32_t msr, uint64_t value)
{
	if (tdx_wrmsr(msr, value))
		tdx_report_fatal("tdx: host refuses a local APIC register");
}

/* An APIC need not have these; masked is what they are after a reset. */
static void mask_register(uint32_t msr)
{
	if (tdx_wrmsr(msr, LVT_MASKED))
		return;
}

static uint32_t read_apic_id(void)
{
	uint64_t id;

	/*
	 * Interrupts are routed by the host's idea of the id, so a wrong
	 * answer costs nothing but the interrupts that it can withhold anyway.
	 */
	if (tdx_rdmsr(MSR_X2APIC_ID, &id))
		return tdx_info()->vcpu_index;
	return (uint32_t)id;
}

void tdx_apic_init(void)
{
	trap_set_handler(TDX_VECTOR_SPURIOUS, ignore_spurious);
	apic_id = read_apic_id();
	cpu_wrmsr(MSR_X2APIC_TPR, 0);
	write_register(MSR_X2APIC_SVR, SVR_ENABLE | TDX_VECTOR_SPURIOUS);
	mask_register(MSR_X2APIC_LVT_THERMAL);
	mask_register(MSR_X2APIC_LVT_PMC);
	mask_register(MSR_X2APIC_LVT_LINT0);
	mask_register(MSR_X2APIC_LVT_LINT1);
	mask_register(MSR_X2APIC_LVT_ERROR);
	/* Changing the mode also stops the firmware's timer. */
	write_register(MSR_X2APIC_LVT_TIMER,
		       LVT_TSC_DEADLINE | TDX_VECTOR_TIMER);
	write_register(MSR_TSC_DEADLINE, 0);
	end_stale_interrupts();
}

void tdx_apic_eoi(void)
{
	cpu_wrmsr(MSR_X2APIC_EOI, 0);
}

uint32_t tdx_apic_id(void)
{
	return apic_id;
}

void tdx_apic_set_deadline(uint64_t tsc)
{
	/*
	 * A host that refuses the timer has withheld an interrupt: time is
	 * taken from the TSC, and waits end when they are looked at.
	 */
	if (tdx_wrmsr(MSR_TSC_DEADLINE, tsc))
		return;
}
