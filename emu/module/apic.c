/* SPDX-License-Identifier: MIT */
/* The virtual-APIC page: TPR, PPR, IRR, ISR, EOI and SELF_IPI. */
#include "emu/module/apic.h"

#include "emu/boot/trap.h"
#include "emu/module/nmi.h"

#define MSR_X2APIC_TPR 0x808
#define MSR_X2APIC_PPR 0x80a
#define MSR_X2APIC_EOI 0x80b
#define MSR_X2APIC_ISR 0x810
#define MSR_X2APIC_IRR 0x820
#define MSR_X2APIC_SELF_IPI 0x83f
#define RFLAGS_IF BIT(9)
#define SHADOW 1

/* The highest vector of a 256-bit set; 0: none (0 to 15 are never set). */
static unsigned int highest(const uint64_t set[4])
{
	for (unsigned int i = 4; i-- > 0;)
		if (set[i])
			return 64 * i + 63 -
			       (unsigned int)__builtin_clzll(set[i]);
	return 0;
}

static void set_bit(uint64_t set[4], unsigned int vector)
{
	set[vector / 64] |= BIT(vector % 64);
}

static void clear_bit(uint64_t set[4], unsigned int vector)
{
	set[vector / 64] &= ~BIT(vector % 64);
}

static unsigned int priority(const struct vcpu *vcpu)
{
	const unsigned int service = highest(vcpu->apic.isr) & 0xf0;
	const unsigned int task = vcpu->apic.tpr;

	return (task & 0xf0) >= service ? task : service;
}

static void take_posted(struct vcpu *vcpu)
{
	struct posted_interrupts *posted;

	if (!vcpu->posted_interrupts)
		return;
	posted = memory_at(vcpu->posted_interrupts);
	if (!(__atomic_load_n(&posted->control, __ATOMIC_RELAXED) & POSTED_ON))
		return;
	__atomic_fetch_and(&posted->control, ~POSTED_ON, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < 4; i++) {
		vcpu->apic.irr[i] |= __atomic_exchange_n(
			&posted->requests[i], 0, __ATOMIC_SEQ_CST);
	}
	vcpu->apic.is_requested = highest(vcpu->apic.irr) != 0;
	vcpu->apic.is_settled = false;
}

static unsigned int deliverable(struct vcpu *vcpu)
{
	unsigned int vector;

	take_posted(vcpu);
	if (!vcpu->apic.is_requested)
		return 0;
	vector = highest(vcpu->apic.irr);
	return (vector & 0xf0) > (priority(vcpu) & 0xf0) ? vector : 0;
}

bool apic_is_pending(struct vcpu *vcpu)
{
	return deliverable(vcpu) != 0;
}

/* Interrupts are enabled, and nothing goes first. */
static bool can_take(const struct vcpu *vcpu)
{
	const struct vmcb *vmcb = &vcpu->vmcb;

	return (vmcb->rflags & RFLAGS_IF) &&
	       !(vmcb->interrupt_shadow & SHADOW) &&
	       !(vmcb->event & (uint32_t)VMCB_EVENT_VALID) &&
	       !nmi_goes_first(vcpu);
}

static void deliver(struct vcpu *vcpu, unsigned int vector)
{
	clear_bit(vcpu->apic.irr, vector);
	vcpu->apic.is_requested = highest(vcpu->apic.irr) != 0;
	set_bit(vcpu->apic.isr, vector);
	vcpu->vmcb.event = (uint32_t)VMCB_EVENT_VALID | vector;
}

/*
 * V_IRQ asks for an exit when the guest can take an interrupt, and no more:
 * QEMU 7.2 keeps it in a word of flags that its threads change without a lock,
 * so that it may be lost, or come back, with another thread's interrupt. An
 * interrupt that it was to deliver would be lost, or would come twice.
 */
void apic_offer(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;
	const unsigned int vector = deliverable(vcpu);

	vmcb->virtual_interrupt = VMCB_V_INTR_MASKING | vcpu->apic.tpr >> 4;
	vmcb->virtual_vector = TRAP_VECTOR_KICK;
	if (vector && can_take(vcpu))
		deliver(vcpu, vector);
	else if (vector)
		vmcb->virtual_interrupt |= (uint32_t)VMCB_V_IRQ |
					   (uint32_t)VMCB_V_PRIORITY;
	vcpu->apic.is_settled = vcpu->posted_interrupts &&
				!vcpu->apic.is_requested;
}

/* As it is in the VMCB, V_IRQ would end the next entry too. */
void apic_handle_window(struct vcpu *vcpu)
{
	vcpu->apic.is_settled = false;
}

void apic_post(struct vcpu *vcpu, unsigned int vector)
{
	set_bit(vcpu->apic.irr, vector);
	vcpu->apic.is_requested = true;
	vcpu->apic.is_settled = false;
}

void apic_set_posted(struct vcpu *vcpu, paddr_t descriptor)
{
	vcpu->posted_interrupts = descriptor;
	vcpu->apic.is_settled = false;
}

static void set_tpr(struct vcpu *vcpu, uint32_t tpr)
{
	vcpu->apic.tpr = tpr;
	vcpu->apic.is_settled = false;
}

bool apic_write_cr8(struct vcpu *vcpu, uint64_t value)
{
	if (value > 0xf)
		return false;
	set_tpr(vcpu, (uint32_t)value << 4);
	return true;
}

/* 32 vectors of a set, as one register shows them. */
static uint32_t part_of(const uint64_t set[4], unsigned int part)
{
	return (uint32_t)(set[part / 2] >> 32 * (part % 2));
}

uint64_t apic_read(const struct vcpu *vcpu, uint32_t msr)
{
	if (msr >= MSR_X2APIC_ISR && msr < MSR_X2APIC_ISR + 8)
		return part_of(vcpu->apic.isr, msr - MSR_X2APIC_ISR);
	if (msr >= MSR_X2APIC_IRR && msr < MSR_X2APIC_IRR + 8)
		return part_of(vcpu->apic.irr, msr - MSR_X2APIC_IRR);
	switch (msr) {
	case MSR_X2APIC_TPR:
		return vcpu->apic.tpr;
	case MSR_X2APIC_PPR:
		return priority(vcpu);
	case MSR_X2APIC_SELF_IPI:
		return vcpu->apic.self_ipi;
	default:
		return 0;
	}
}

bool apic_write(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
	switch (msr) {
	case MSR_X2APIC_TPR:
		if (value > 0xff)
			return false;
		set_tpr(vcpu, (uint32_t)value);
		return true;
	case MSR_X2APIC_EOI:
		if (!value && highest(vcpu->apic.isr))
			clear_bit(vcpu->apic.isr, highest(vcpu->apic.isr));
		return value == 0;
	case MSR_X2APIC_SELF_IPI:
		if (value > 0xff)
			return false;
		vcpu->apic.self_ipi = (uint32_t)value;
		if (value >= 16)
			apic_post(vcpu, (unsigned int)value);
		return true;
	default:
		return false;
	}
}
