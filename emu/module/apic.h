/* SPDX-License-Identifier: MIT */
/*
 * Virtual-interrupt delivery: what VMX's APIC virtualization does for a TD
 * and SVM here does not. Interrupts come only through the host's posted-
 * interrupt descriptor or the guest's SELF_IPI; they are injected before a VM
 * entry, and V_IRQ makes the guest exit as soon as it can take one.
 */
#ifndef EMU_MODULE_APIC_H
#define EMU_MODULE_APIC_H

#include "emu/boot/memory.h"
#include "emu/module/state.h"
#include "lib/compiler.h"

/* SDM, Posted-Interrupt Descriptor: 64 bytes in the host's memory. */
struct posted_interrupts {
	uint64_t requests[4];
	uint64_t control;	/* bit 0 ON: something was posted */
	uint64_t reserved[3];
};
ASSERT_FIELD(struct posted_interrupts, control, 32, 8);
ASSERT_SIZE(struct posted_interrupts, 64);

#define POSTED_ON UINT64_C(1)

/* Before a VM entry: takes what was posted, and injects the highest or asks
 * to be told when it can be. */
void apic_offer(struct vcpu *vcpu);
/* The guest has left since it can take one, or V_IRQ came back by itself. */
void apic_handle_window(struct vcpu *vcpu);

static inline bool apic_is_posted(const struct vcpu *vcpu)
{
	const struct posted_interrupts *posted =
		memory_at(vcpu->posted_interrupts);

	return __atomic_load_n(&posted->control, __ATOMIC_RELAXED) & POSTED_ON;
}

/* Would apic_offer() change nothing? Then there is a descriptor. */
static inline bool apic_is_settled(const struct vcpu *vcpu)
{
	return vcpu->apic.is_settled && !apic_is_posted(vcpu);
}

/* The host's descriptor; 0: none. */
void apic_set_posted(struct vcpu *vcpu, paddr_t descriptor);
/* As if the host had posted it. */
void apic_post(struct vcpu *vcpu, unsigned int vector);
/* VCPU_STATE_DETAILS.VMXIP: an interrupt is there above the priority. */
bool apic_is_pending(struct vcpu *vcpu);

/* x2APIC registers that the CPU virtualizes; unknown ones read as zero. */
uint64_t apic_read(const struct vcpu *vcpu, uint32_t msr);
/* The effect of a write; false: #GP. */
bool must_check apic_write(struct vcpu *vcpu, uint32_t msr, uint64_t value);

/* MOV to CR8, the TPR's upper half; false: #GP. */
bool must_check apic_write_cr8(struct vcpu *vcpu, uint64_t value);

#endif
