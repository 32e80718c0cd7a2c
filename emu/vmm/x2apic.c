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
#include "emu/vmm/lapic.h"
#include "emu/vmm/vmm.h"

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

/* A TD's timer counts at the crystal's 25 MHz. */
#define COUNTS_PER_CRYSTAL (APIC_HZ / TDX_CRYSTAL_HZ)

/* SDM, Posted-Interrupt Descriptor. */
struct posted_descriptor {
	uint64_t requests[4];
	uint64_t control;
	uint64_t reserved[3];
};
ASSERT_SIZE(struct posted_descriptor, 64);

struct x2apic {
	struct posted_descriptor posted aligned(64);
	/* Registers by x2APIC number that only store what was written. */
	uint32_t stored[0x40];
	uint64_t deadline;
	unsigned int divide_shift;	/* of the real timer */
	bool has_timer;			/* the guest has touched it */
};

static struct x2apic x2apics[VMM_MAX_VCPUS];
static uint64_t tsc_offset;

bool vmm_x2apic_has_timer(const struct vmm_vcpu *vcpu)
{
	return x2apics[vcpu->index].has_timer;
}

void vmm_x2apic_attach(struct vmm_vcpu *vcpu)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];

	x2apic->stored[X2APIC_SVR] = 0xff;
	for (unsigned int i = X2APIC_LVT_TIMER; i <= X2APIC_LVT_ERROR; i++)
		x2apic->stored[i] = (uint32_t)APIC_LVT_MASKED;
	vmm_td_expect(tdh_vp_wr(vcpu->tdvpr, TDVPS_POSTED_INTERRUPT_DESCRIPTOR,
				memory_pa(&x2apic->posted), UINT64_MAX),
		      "TDH.VP.WR");
	vmm_td_expect(tdh_vp_rd(vcpu->tdvpr, TDVPS_TSC_OFFSET, &tsc_offset),
		      "TDH.VP.RD");
}

static void post(struct x2apic *x2apic, unsigned int vector)
{
	__atomic_fetch_or(&x2apic->posted.requests[vector / 64],
			  BIT(vector % 64), __ATOMIC_SEQ_CST);
	__atomic_fetch_or(&x2apic->posted.control, 1, __ATOMIC_SEQ_CST);
}

void vmm_x2apic_post(const struct vmm_vcpu *vcpu, unsigned int vector)
{
	post(&x2apics[vcpu->index], vector);
	vmm_kick(vcpu);
}

void vmm_interrupt(unsigned int vector)
{
	struct x2apic *x2apic = &x2apics[cpu_number()];
	const bool is_timer = (uint8_t)x2apic->stored[X2APIC_LVT_TIMER] ==
			      vector;

	/* A spurious interrupt is not in service and wants no EOI. */
	if (!(*apic(APIC_ISR + vector / 32 * 16) & BIT(vector % 32)))
		return;
	*apic(APIC_EOI) = 0;
	/* Ticks and kicks did their work by ending a sleep or an entry. */
	if (vector >= FIRST_GUEST_VECTOR && !lies_lose_interrupt(is_timer) &&
	    !(is_timer && vmm_window_takes_timer(&vmm_vcpus[cpu_number()])))
		post(x2apic, vector);
}

/* Starts the real timer for a number of its counts; 0 stops it. */
static void timer_start(struct x2apic *x2apic, uint64_t counts)
{
	/* Divide configurations for shifts 0 to 7. */
	static const uint8_t divide[] = { 0xb, 0x0, 0x1, 0x2,
					  0x3, 0x8, 0x9, 0xa };
	unsigned int shift = 0;

	counts = lies_change_timer(counts);
	while (counts >> shift > UINT32_MAX && shift < 7)
		shift++;
	x2apic->divide_shift = shift;
	*apic(APIC_DIVIDE) = divide[shift];
	*apic(APIC_INITIAL_COUNT) =
		(uint32_t)min_u64(counts >> shift, UINT32_MAX);
}

static void write_lvt_timer(struct x2apic *x2apic, uint32_t value)
{
	x2apic->stored[X2APIC_LVT_TIMER] = value;
	*apic(APIC_LVT_TIMER) = value & (uint32_t)~LVT_TIMER_DEADLINE;
	if (!(value & LVT_TIMER_DEADLINE))
		x2apic->deadline = 0;
}

/* TSC ticks in counts of the APIC timer, which cannot wait as long as these. */
static uint64_t counts_of(uint64_t ticks)
{
	const uint64_t seconds = ticks / vmm_tsc_hz();

	if (seconds > UINT64_MAX / APIC_HZ - 1)
		return UINT64_MAX;
	return seconds * APIC_HZ +
	       ticks % vmm_tsc_hz() * APIC_HZ / vmm_tsc_hz();
}

/* Guest time runs from the TD's start; only the difference matters here. */
static void write_deadline(struct vmm_vcpu *vcpu, uint64_t deadline)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];
	uint64_t now;
	uint64_t counts;

	if (!(x2apic->stored[X2APIC_LVT_TIMER] & LVT_TIMER_DEADLINE))
		return;
	x2apic->deadline = deadline;
	if (!deadline) {
		timer_start(x2apic, 0);
		return;
	}
	now = cpu_rdtsc() + tsc_offset;
	if (deadline <= now)
		counts = 1;
	else
		counts = counts_of(deadline - now);
	timer_start(x2apic, max_u64(counts, 1));
}

static unsigned int guest_divide_shift(const struct x2apic *x2apic)
{
	const uint32_t dcr = x2apic->stored[X2APIC_DIVIDE];

	return (((dcr & 3) | (dcr >> 1 & 4)) + 1) & 7;
}

static void write_initial_count(struct x2apic *x2apic, uint32_t count)
{
	x2apic->stored[X2APIC_INITIAL_COUNT] = count;
	if (x2apic->stored[X2APIC_LVT_TIMER] & LVT_TIMER_DEADLINE)
		return;
	timer_start(x2apic, ((uint64_t)count * COUNTS_PER_CRYSTAL)
				   << guest_divide_shift(x2apic));
}

static uint32_t read_current_count(const struct x2apic *x2apic)
{
	const uint64_t left = (uint64_t)*apic(APIC_CURRENT_COUNT)
			      << x2apic->divide_shift;

	return (uint32_t)((left >> guest_divide_shift(x2apic)) /
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
			vmm_x2apic_post(&vmm_vcpus[i], vector);
		if (mode == ICR_MODE_LOWEST)
			return;
	}
}

bool vmm_x2apic_read(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t *value)
{
	const struct x2apic *x2apic = &x2apics[vcpu->index];
	const uint32_t reg = msr - MSR_X2APIC;

	if (msr == MSR_TSC_DEADLINE) {
		/* SDM: 0 once the timer has fired. */
		*value = x2apic->deadline > cpu_rdtsc() + tsc_offset ?
				 x2apic->deadline : 0;
		return true;
	}
	if (reg >= ARRAY_SIZE(x2apic->stored))
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
		*value = read_current_count(x2apic);
		break;
	default:
		*value = x2apic->stored[reg];
	}
	return true;
}

bool vmm_x2apic_write(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t value)
{
	struct x2apic *x2apic = &x2apics[vcpu->index];
	const uint32_t reg = msr - MSR_X2APIC;

	x2apic->has_timer |= msr == MSR_TSC_DEADLINE ||
			    reg == X2APIC_LVT_TIMER ||
			    reg == X2APIC_INITIAL_COUNT;
	if (msr == MSR_TSC_DEADLINE) {
		write_deadline(vcpu, value);
		return true;
	}
	if (reg >= ARRAY_SIZE(x2apic->stored) || reg == X2APIC_ID ||
	    reg == X2APIC_VERSION || reg == X2APIC_LDR ||
	    reg == X2APIC_CURRENT_COUNT)
		return false;
	switch (reg) {
	case X2APIC_ICR:
		write_icr(vcpu, value);
		break;
	case X2APIC_LVT_TIMER:
		write_lvt_timer(x2apic, (uint32_t)value);
		break;
	case X2APIC_INITIAL_COUNT:
		write_initial_count(x2apic, (uint32_t)value);
		break;
	default:
		x2apic->stored[reg] = (uint32_t)value;
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
