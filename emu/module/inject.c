/* SPDX-License-Identifier: MIT */
/* Events for the guest, through the VMCB's event injection. */
#include "emu/module/inject.h"

#include "emu/module/stats.h"
#include "emu/module/step.h"

#define RFLAGS_RF BIT(16)
#define DR6_BS BIT(14)
#define DEBUGCTL_BTF BIT(1)

/* Not while #DB is intercepted: then the flag is not the guest's own. */
static void single_step(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	if (!(vmcb->rflags & RFLAGS_TF) || (vcpu->debugctl & DEBUGCTL_BTF) ||
	    (vmcb->exception_intercepts & BIT(VECTOR_DB)))
		return;
	vmcb->dr6 |= DR6_BS;
	vmcb->event = (uint32_t)(VMCB_EVENT_VALID | VMCB_EVENT_EXCEPTION |
				 VECTOR_DB);
}

void vcpu_advance(struct vcpu *vcpu, unsigned int length)
{
	vcpu->vmcb.rip += length;
	if (!vcpu_is_64bit(vcpu))
		vcpu->vmcb.rip &= UINT32_MAX;
	vcpu->vmcb.interrupt_shadow = 0;
	single_step(vcpu);
	step_count(vcpu);
}

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP */
static bool has_error_code(unsigned int vector)
{
	return vector <= 21 && (UINT32_C(0x227d00) >> vector & 1);
}

static void deliver(struct vcpu *vcpu, unsigned int vector, uint32_t error)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	vmcb->event = (uint32_t)(VMCB_EVENT_VALID | VMCB_EVENT_EXCEPTION |
				 vector);
	if (has_error_code(vector))
		vmcb->event |= (uint32_t)VMCB_EVENT_ERROR_CODE;
	vmcb->event_error_code = error;
	vmcb->interrupt_shadow = 0;
}

static void inject(struct vcpu *vcpu, unsigned int vector, uint32_t error)
{
	deliver(vcpu, vector, error);
	vcpu->vmcb.rflags |= RFLAGS_RF;
}

void inject_again(struct vcpu *vcpu, unsigned int vector)
{
	/* APM, Exception Intercepts: CR2 is not written yet. */
	if (vector == VECTOR_PF)
		vcpu->vmcb.cr2 = vcpu->vmcb.exit_info2;
	deliver(vcpu, vector, (uint32_t)vcpu->vmcb.exit_info1);
}

void inject_exception(struct vcpu *vcpu, unsigned int vector)
{
	inject(vcpu, vector, 0);
}

void inject_page_fault(struct vcpu *vcpu, uint64_t address, uint32_t error)
{
	vcpu->vmcb.cr2 = address;
	inject(vcpu, VECTOR_PF, error);
}

void inject_ve(struct vcpu *vcpu, const struct ve_info *info)
{
	if (vcpu->ve.is_valid) {
		stats_note(vcpu, "#VE while VE_INFO is valid: #DF");
		inject_exception(vcpu, VECTOR_DF);
		return;
	}
	vcpu->ve = *info;
	vcpu->ve.is_valid = true;
	stats_count_ve(vcpu, info);
	inject_exception(vcpu, VECTOR_VE);
}

void inject_ve_instruction(struct vcpu *vcpu, uint32_t reason,
			   unsigned int length)
{
	const struct ve_info info = { .reason = reason, .length = length };

	if (length)
		inject_ve(vcpu, &info);
	else
		inject_exception(vcpu, VECTOR_UD);
}
