/* SPDX-License-Identifier: MIT */
/* Single steps, counted; what is due then goes straight to the vCPU. */
#include "emu/module/step.h"

#include "emu/module/apic.h"
#include "emu/module/debug.h"
#include "emu/module/guest.h"
#include "emu/module/host.h"
#include "emu/module/inject.h"
#include "emu/module/nmi.h"
#include "emu/svm/svm.h"

#define RFLAGS_IF BIT(9)
#define DR6_SINGLE_STEP BIT(14)
#define SHADOW 1
#define OPCODE_STI 0xfb

struct step {
	bool is_armed;
	bool is_for_shadow;	/* an NMI, for between STI and the next too */
	unsigned int vector;
	uint64_t left;		/* instructions until the interrupt comes */
	uint64_t rip;		/* where it came */
};

bool step_is_used;
static struct step steps[MODULE_MAX_VCPUS];

void debug_interrupt_after(unsigned int index, uint64_t instructions,
			   unsigned int vector)
{
	step_is_used = true;
	host_vp_forget();
	steps[index] = (struct step){
		.is_armed = vector != 0,
		.vector = vector,
		.left = instructions,
	};
}

void debug_nmi_after(unsigned int index, uint64_t instructions)
{
	debug_interrupt_after(index, instructions, VECTOR_NMI);
	steps[index].is_for_shadow = true;
}

uint64_t debug_interrupt_rip(unsigned int index)
{
	return steps[index].rip;
}

static void post(struct vcpu *vcpu, const struct step *step)
{
	if (step->vector != VECTOR_NMI)
		apic_post(vcpu, step->vector);
	else
		vcpu->nmi |= step->is_for_shadow ? NMI_IN_SHADOW | 1 : 1;
}

void step_count(struct vcpu *vcpu)
{
	struct step *step = &steps[vcpu->index];
	struct vmcb *vmcb = &vcpu->vmcb;

	if (!step->is_armed)
		return;
	if (step->left && --step->left == 0) {
		step->rip = vmcb->rip;
		post(vcpu, step);
	}
	if (!step->left && !(vmcb->interrupt_shadow & SHADOW)) {
		step->is_armed = false;
		vmcb->rflags &= ~RFLAGS_TF;
	}
}

/* QEMU 7.2 has no #DB after an STI: it is executed here, and counted. */
static void do_sti(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;
	uint8_t bytes[GUEST_INSN_MAX];

	if ((vmcb->rflags & RFLAGS_IF) || vmcb->cpl ||
	    (vmcb->event & (uint32_t)VMCB_EVENT_VALID) ||
	    !guest_fetch(vcpu, bytes) || bytes[0] != OPCODE_STI)
		return;
	vmcb->rflags |= RFLAGS_IF;
	vmcb->rip++;
	vmcb->interrupt_shadow = SHADOW;
	step_count(vcpu);
}

void step_event(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	if (!steps[vcpu->index].is_armed)
		return;
	vmcb->rflags &= ~RFLAGS_TF;
	/* Delivery is no instruction: the handler's first is stepped next. */
	if (vmcb->event & (uint32_t)VMCB_EVENT_VALID)
		svm_exit_soon();
	else
		vmcb->rflags |= RFLAGS_TF;
}

void step_enter(struct vcpu *vcpu)
{
	if (!steps[vcpu->index].is_armed)
		return;
	do_sti(vcpu);
	/* For ever: a frame pushed meanwhile still has the flag. */
	vcpu->vmcb.exception_intercepts |= (uint32_t)BIT(VECTOR_DB);
	step_event(vcpu);
}

void step_handle_db(struct vcpu *vcpu)
{
	vcpu->vmcb.dr6 &= ~DR6_SINGLE_STEP;
	vcpu->vmcb.rflags &= ~RFLAGS_TF;
	step_count(vcpu);
}
