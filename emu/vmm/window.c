/* SPDX-License-Identifier: MIT */
/*
 * A port that only a test's host has (td-run --irq-window): a guest that
 * writes vector << 24 | n to it gets that interrupt after n instructions, at
 * exactly that boundary; it reads where the last one came, or 0.
 */
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

#define PORT 0x5ec
#define SIZE 4
#define VECTOR_SHIFT 24
#define COUNT_MASK 0xffffff

bool vmm_window_io(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;
	const uint32_t value = (uint32_t)regs->r15;

	if (!vmm_config.has_irq_window || (uint16_t)regs->r14 != PORT ||
	    regs->r12 != SIZE)
		return false;
	if (regs->r13 == TDVMCALL_DIRECTION_WRITE)
		debug_interrupt_after(vcpu->index, value & COUNT_MASK,
				      value >> VECTOR_SHIFT);
	else
		regs->r11 = (uint32_t)debug_interrupt_rip(vcpu->index);
	return true;
}
