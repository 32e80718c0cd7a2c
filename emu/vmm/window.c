/* SPDX-License-Identifier: MIT */
/*
 * A port that only a test's host has (td-run --irq-window): a guest that
 * writes vector << 24 | n to it gets that interrupt after n instructions, at
 * exactly that boundary; it reads where the last one came, or 0.
 *
 * Vector 2 is an NMI, which comes between an STI and the next instruction too,
 * as a CPU may do it, unless bit 23 is set. With n = 0 it takes the place of
 * the timer's next interrupt, and waits until the vCPU has halted.
 */
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

#define PORT 0x5ec
#define SIZE 4
#define VECTOR_SHIFT 24
#define VECTOR_NMI 2
#define NMI_WAITS_FOR_STI BIT(23)
#define COUNT_MASK 0x7fffff

enum timer {
	TIMER_PLAIN,
	TIMER_IS_NMI,
	TIMER_WAS_NMI,		/* for the next halt */
};

static enum timer timers[VMM_MAX_VCPUS];

static void arm(const struct vmm_vcpu *vcpu, uint32_t value)
{
	const uint32_t vector = value >> VECTOR_SHIFT;
	const uint32_t count = value & COUNT_MASK;

	timers[vcpu->index] = vector == VECTOR_NMI && !count ? TIMER_IS_NMI :
							       TIMER_PLAIN;
	if (vector == VECTOR_NMI && count && !(value & NMI_WAITS_FOR_STI))
		debug_nmi_after(vcpu->index, count);
	else
		debug_interrupt_after(vcpu->index, count, count ? vector : 0);
}

bool vmm_window_io(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;

	if (!vmm_config.has_irq_window || (uint16_t)regs->r14 != PORT ||
	    regs->r12 != SIZE)
		return false;
	if (regs->r13 == TDVMCALL_DIRECTION_WRITE)
		arm(vcpu, (uint32_t)regs->r15);
	else
		regs->r11 = (uint32_t)debug_interrupt_rip(vcpu->index);
	return true;
}

bool vmm_window_takes_timer(struct vmm_vcpu *vcpu)
{
	if (timers[vcpu->index] != TIMER_IS_NMI)
		return false;
	timers[vcpu->index] = TIMER_WAS_NMI;
	if (vcpu->is_asleep)
		vmm_window_halt(vcpu);
	return true;
}

void vmm_window_halt(struct vmm_vcpu *vcpu)
{
	if (timers[vcpu->index] != TIMER_WAS_NMI)
		return;
	timers[vcpu->index] = TIMER_PLAIN;
	vmm_nmi_send(vcpu);
}
