/* SPDX-License-Identifier: MIT */
/*
 * A TD's local APIC in x2APIC mode on top of QEMU's, which under TCG has
 * neither x2APIC nor TSC deadline. Interrupts reach the real APIC with the
 * vectors that the guest gave its devices and timer; the handler posts them
 * to the vCPU, whose module delivers them.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/stack.h"
#include "emu/boot/trap.h"
#include "emu/lies/lies.h"
#include "emu/module/td_params.h"
#include "emu/vmm/vmm.h"

#define APIC_BASE UINT64_C(0xfee00000)
#define APIC_VERSION 0x030
#define APIC_TPR 0x080
#define APIC_EOI 0x0b0
#define APIC_SVR 0x0f0
#define APIC_ISR 0x100
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_LINT0 0x350
#define APIC_INITIAL_COUNT 0x380
#define APIC_CURRENT_COUNT 0x390
#define APIC_DIVIDE 0x3e0
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_ICR_FIXED 0x4000
#define APIC_ICR_INIT_OTHERS 0xc4500
#define APIC_ICR_SIPI_OTHERS 0xc4600
#define APIC_SVR_ENABLE 0x1ff
#define APIC_LVT_MASKED BIT(16)
#define APIC_DIVIDE_BY_1 0xb

#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC 0x800
#define X2APIC_ID 0x02
#define X2APIC_VERSION 0x03
#define X2APIC_LDR 0x0d
#define X2APIC_SVR 0x0f
#define X2APIC_ESR 0x28
#define X2APIC_LVT_CMCI 0x2f
#define X2APIC_ICR 0x30
#define X2APIC_LVT_TIMER 0x32
#define X2APIC_LVT_ERROR 0x37
#define X2APIC_INITIAL_COUNT 0x38
#define X2APIC_CURRENT_COUNT 0x39
#define X2APIC_DIVIDE 0x3e

#define LVT_TIMER_PERIODIC BIT(17)
#define LVT_TIMER_DEADLINE BIT(18)
#define FIRST_GUEST_VECTOR 32
#define ICR_MODE_FIXED 0
#define ICR_MODE_LOWEST 1
#define ICR_MODE_NMI 4
#define ICR_LOGICAL BIT(11)

/* QEMU's APIC counts at 1 GHz, a TD's at the crystal's 25 MHz. */
#define APIC_HZ UINT64_C(1000000000)
#define COUNTS_PER_CRYSTAL (APIC_HZ / TDX_CRYSTAL_HZ)
#define CALIBRATION_COUNTS 10000000
#define CALIBRATION_READINGS 16

/* SDM, Posted-Interrupt Descriptor. */
struct posted_descriptor {
	uint64_t requests[4];
	uint64_t control;
	uint64_t reserved[3];
};
ASSERT_SIZE(struct posted_descriptor, 64);

struct lapic {
	struct posted_descriptor posted aligned(64);
	/* Registers by x2APIC number that only store what was written. */
	uint32_t stored[0x40];
	uint64_t deadline;
	unsigned int divide_shift;	/* of the real timer */
	bool has_timer;			/* the guest has touched it */
};

static struct lapic lapics[VMM_MAX_VCPUS];
static uint64_t tsc_hz;
static uint64_t tsc_offset;

static volatile uint32_t *apic(unsigned int offset)
{
	return memory_at(APIC_BASE + offset);
}

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
	*apic(APIC_LVT_TIMER) = (uint32_t)APIC_LVT_MASKED;
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
}

void vmm_lapic_init(void)
{
	vmm_lapic_enable();
	calibrate();
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

bool vmm_lapic_has_timer(const struct vmm_vcpu *vcpu)
{
	return lapics[vcpu->index].has_timer;
}

void vmm_lapic_start_tick(uint64_t nanoseconds)
{
	*apic(APIC_LVT_TIMER) = TRAP_VECTOR_TICK;
	*apic(APIC_DIVIDE) = APIC_DIVIDE_BY_1;
	*apic(APIC_INITIAL_COUNT) = (uint32_t)nanoseconds;
}

void vmm_lapic_attach(struct vmm_vcpu *vcpu)
{
	struct lapic *lapic = &lapics[vcpu->index];

	lapic->stored[X2APIC_SVR] = 0xff;
	for (unsigned int i = X2APIC_LVT_TIMER; i <= X2APIC_LVT_ERROR; i++)
		lapic->stored[i] = (uint32_t)APIC_LVT_MASKED;
	vmm_td_expect(tdh_vp_wr(vcpu->tdvpr, TDVPS_POSTED_INTERRUPT_DESCRIPTOR,
				memory_pa(&lapic->posted), UINT64_MAX),
		      "TDH.VP.WR");
	vmm_td_expect(tdh_vp_rd(vcpu->tdvpr, TDVPS_TSC_OFFSET, &tsc_offset),
		      "TDH.VP.RD");
}

static void post(struct lapic *lapic, unsigned int vector)
{
	__atomic_fetch_or(&lapic->posted.requests[vector / 64],
			  BIT(vector % 64), __ATOMIC_SEQ_CST);
	__atomic_fetch_or(&lapic->posted.control, 1, __ATOMIC_SEQ_CST);
}

void vmm_lapic_post(const struct vmm_vcpu *vcpu, unsigned int vector)
{
	post(&lapics[vcpu->index], vector);
	vmm_kick(vcpu);
}

void vmm_interrupt(unsigned int vector)
{
	struct lapic *lapic = &lapics[cpu_number()];
	const bool is_timer = (uint8_t)lapic->stored[X2APIC_LVT_TIMER] ==
			      vector;

	/* A spurious interrupt is not in service and wants no EOI. */
	if (!(*apic(APIC_ISR + vector / 32 * 16) & BIT(vector % 32)))
		return;
	*apic(APIC_EOI) = 0;
	/* Ticks and kicks did their work by ending a sleep or an entry. */
	if (vector >= FIRST_GUEST_VECTOR && !lies_lose_interrupt(is_timer) &&
	    !(is_timer && vmm_window_takes_timer(&vmm_vcpus[cpu_number()])))
		post(lapic, vector);
}

/* Starts the real timer for a number of its counts; 0 stops it. */
static void timer_start(struct lapic *lapic, uint64_t counts)
{
	/* Divide configurations for shifts 0 to 7. */
	static const uint8_t divide[] = { 0xb, 0x0, 0x1, 0x2,
					  0x3, 0x8, 0x9, 0xa };
	unsigned int shift = 0;

	counts = lies_change_timer(counts);
	while (counts >> shift > UINT32_MAX && shift < 7)
		shift++;
	lapic->divide_shift = shift;
	*apic(APIC_DIVIDE) = divide[shift];
	*apic(APIC_INITIAL_COUNT) =
		(uint32_t)min_u64(counts >> shift, UINT32_MAX);
}

static void write_lvt_timer(struct lapic *lapic, uint32_t value)
{
	lapic->stored[X2APIC_LVT_TIMER] = value;
	*apic(APIC_LVT_TIMER) = value & (uint32_t)~LVT_TIMER_DEADLINE;
	if (!(value & LVT_TIMER_DEADLINE))
		lapic->deadline = 0;
}

/* TSC ticks in counts of the APIC timer, which cannot wait as long as these. */
static uint64_t counts_of(uint64_t ticks)
{
	const uint64_t seconds = ticks / tsc_hz;

	if (seconds > UINT64_MAX / APIC_HZ - 1)
		return UINT64_MAX;
	return seconds * APIC_HZ + ticks % tsc_hz * APIC_HZ / tsc_hz;
}

/* Guest time runs from the TD's start; only the difference matters here. */
static void write_deadline(struct vmm_vcpu *vcpu, uint64_t deadline)
{
	struct lapic *lapic = &lapics[vcpu->index];
	uint64_t now;
	uint64_t counts;

	if (!(lapic->stored[X2APIC_LVT_TIMER] & LVT_TIMER_DEADLINE))
		return;
	lapic->deadline = deadline;
	if (!deadline) {
		timer_start(lapic, 0);
		return;
	}
	now = cpu_rdtsc() + tsc_offset;
	if (deadline <= now)
		counts = 1;
	else
		counts = counts_of(deadline - now);
	timer_start(lapic, max_u64(counts, 1));
}

static unsigned int guest_divide_shift(const struct lapic *lapic)
{
	const uint32_t dcr = lapic->stored[X2APIC_DIVIDE];

	return (((dcr & 3) | (dcr >> 1 & 4)) + 1) & 7;
}

static void write_initial_count(struct lapic *lapic, uint32_t count)
{
	lapic->stored[X2APIC_INITIAL_COUNT] = count;
	if (lapic->stored[X2APIC_LVT_TIMER] & LVT_TIMER_DEADLINE)
		return;
	timer_start(lapic, ((uint64_t)count * COUNTS_PER_CRYSTAL)
				   << guest_divide_shift(lapic));
}

static uint32_t read_current_count(const struct lapic *lapic)
{
	const uint64_t left = (uint64_t)*apic(APIC_CURRENT_COUNT)
			      << lapic->divide_shift;

	return (uint32_t)((left >> guest_divide_shift(lapic)) /
			  COUNTS_PER_CRYSTAL);
}

static bool is_destination(const struct vmm_vcpu *sender, unsigned int target,
			   uint64_t icr)
{
	const uint32_t destination = (uint32_t)(icr >> 32);

	switch ((icr >> 18) & 3) {
	case 1:
		return target == sender->index;
	case 2:
		return true;
	case 3:
		return target != sender->index;
	default:
		break;
	}
	if (destination == UINT32_MAX)
		return true;
	/* Logical: cluster in 31:16, a bit for each of its 16 CPUs. */
	if (icr & ICR_LOGICAL)
		return destination >> 16 == target >> 4 &&
		       (destination & BIT(target & 15));
	return destination == target;
}

/* KVM ignores INIT and SIPI for a TD; SMI and ExtINT do not exist. An NMI's
 * vector is not looked at. */
static bool is_sent(unsigned int mode, unsigned int vector)
{
	return mode == ICR_MODE_NMI ||
	       ((mode == ICR_MODE_FIXED || mode == ICR_MODE_LOWEST) &&
		vector >= 16);
}

static void write_icr(struct vmm_vcpu *vcpu, uint64_t value)
{
	const unsigned int vector = value & 0xff;
	const unsigned int mode = (value >> 8) & 7;

	if (!is_sent(mode, vector))
		return;
	for (unsigned int i = 0; i < vmm_config.num_vcpus; i++) {
		if (!is_destination(vcpu, i, value))
			continue;
		if (mode == ICR_MODE_NMI)
			vmm_nmi_send(&vmm_vcpus[i]);
		else
			vmm_lapic_post(&vmm_vcpus[i], vector);
		if (mode == ICR_MODE_LOWEST)
			return;
	}
}

bool vmm_lapic_read(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t *value)
{
	const struct lapic *lapic = &lapics[vcpu->index];
	const uint32_t reg = msr - MSR_X2APIC;

	if (msr == MSR_TSC_DEADLINE) {
		/* SDM: 0 once the timer has fired. */
		*value = lapic->deadline > cpu_rdtsc() + tsc_offset ?
				 lapic->deadline : 0;
		return true;
	}
	if (reg >= ARRAY_SIZE(lapic->stored))
		return false;
	switch (reg) {
	case X2APIC_ID:
		*value = vcpu->index;
		break;
	case X2APIC_VERSION:
		*value = *apic(APIC_VERSION);
		break;
	case X2APIC_LDR:
		*value = (vcpu->index >> 4) << 16 | 1U << (vcpu->index & 15);
		break;
	case X2APIC_CURRENT_COUNT:
		*value = read_current_count(lapic);
		break;
	default:
		*value = lapic->stored[reg];
	}
	return true;
}

bool vmm_lapic_write(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t value)
{
	struct lapic *lapic = &lapics[vcpu->index];
	const uint32_t reg = msr - MSR_X2APIC;

	lapic->has_timer |= msr == MSR_TSC_DEADLINE ||
			    reg == X2APIC_LVT_TIMER ||
			    reg == X2APIC_INITIAL_COUNT;
	if (msr == MSR_TSC_DEADLINE) {
		write_deadline(vcpu, value);
		return true;
	}
	if (reg >= ARRAY_SIZE(lapic->stored) || reg == X2APIC_ID ||
	    reg == X2APIC_VERSION || reg == X2APIC_LDR ||
	    reg == X2APIC_CURRENT_COUNT)
		return false;
	switch (reg) {
	case X2APIC_ICR:
		write_icr(vcpu, value);
		break;
	case X2APIC_LVT_TIMER:
		write_lvt_timer(lapic, (uint32_t)value);
		break;
	case X2APIC_INITIAL_COUNT:
		write_initial_count(lapic, (uint32_t)value);
		break;
	default:
		lapic->stored[reg] = (uint32_t)value;
	}
	return true;
}

static bool has_work(struct vmm_vcpu *vcpu, bool interrupts_blocked)
{
	uint64_t details = 0;

	/* An NMI is not masked by anything that the host knows of. */
	if (vcpu->has_nmi || interrupts_blocked)
		return vcpu->has_nmi;
	return tdh_vp_rd(vcpu->tdvpr, TDVPS_VCPU_STATE_DETAILS, &details) !=
		       TDX_SUCCESS ||
	       (details & TDVPS_VMXIP);
}

void vmm_halt(struct vmm_vcpu *vcpu, bool interrupts_blocked)
{
	if (vmm_config.has_irq_window)
		vmm_window_halt(vcpu);
	/* Interrupts are off between the look and the sleep. */
	while (!has_work(vcpu, interrupts_blocked))
		vmm_sleep(vcpu);
}
