/* SPDX-License-Identifier: MIT */
/*
 * NMI windows. A window opens where the guest exits anyway (TDG.VP.VEINFO.GET,
 * TDVMCALL), or behind one instruction that is single-stepped (the IRET of an
 * NMI handler, the one in a shadow), or behind the delivery of another event.
 *
 * The instruction that is stepped runs with RFLAGS.TF and with all exceptions
 * intercepted, so that no frame shows the flag. Only PUSHF and POPF could tell,
 * in the shadow of STI or MOV SS, where they do not stand.
 */
#include "emu/module/nmi.h"

#include "emu/module/inject.h"
#include "emu/module/step.h"
#include "emu/svm/svm.h"

#define SHADOW 1

static bool is_nmi(uint32_t event)
{
	const uint64_t mask = VMCB_EVENT_VALID | VMCB_EVENT_TYPE;

	return (event & mask) == (VMCB_EVENT_VALID | VMCB_EVENT_NMI);
}

static bool is_exception(const struct vcpu *vcpu)
{
	return vcpu->vmcb.exit_code >= VMCB_EXIT_EXCEPTION &&
	       vcpu->vmcb.exit_code <= VMCB_EXIT_EXCEPTION_LAST;
}

static void block(struct vcpu *vcpu)
{
	vcpu->nmi |= NMI_BLOCKED;
	vcpu->vmcb.intercepts |= (uint32_t)VMCB_INTERCEPT_IRET;
}

static void unblock(struct vcpu *vcpu)
{
	vcpu->nmi &= ~(NMI_BLOCKED | NMI_AT_IRET);
	vcpu->vmcb.intercepts &= (uint32_t)~VMCB_INTERCEPT_IRET;
}

static void inject_nmi(struct vcpu *vcpu)
{
	vcpu->nmi &= ~(NMI_FIELD | NMI_IN_SHADOW);
	vcpu->vmcb.interrupt_shadow = 0;
	vcpu->vmcb.event = (uint32_t)(VMCB_EVENT_VALID | VMCB_EVENT_NMI |
				      VECTOR_NMI);
	block(vcpu);
	step_event(vcpu);
}

static void step(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	vcpu->nmi |= NMI_STEP;
	vcpu->nmi_intercepts = vmcb->exception_intercepts;
	vcpu->nmi_flags = vmcb->rflags & RFLAGS_TF;
	vcpu->nmi_dr6 = vmcb->dr6;
	vmcb->exception_intercepts = UINT32_MAX;
	vmcb->rflags |= RFLAGS_TF;
}

static void restore_tf(struct vcpu *vcpu)
{
	vcpu->vmcb.rflags &= ~RFLAGS_TF;
	vcpu->vmcb.rflags |= vcpu->nmi_flags;
}

/* One that is pending and may come, as far as the guest is concerned. */
static void open_window(struct vcpu *vcpu)
{
	const bool is_shadow = (vcpu->vmcb.interrupt_shadow & SHADOW) &&
			       !(vcpu->nmi & NMI_IN_SHADOW);

	/* SDM: the event first, the NMI before its handler's first step. */
	if (vcpu->vmcb.event & (uint32_t)VMCB_EVENT_VALID)
		svm_exit_soon();
	else if (is_shadow)
		step(vcpu);
	else
		inject_nmi(vcpu);
}

static bool is_due(const struct vcpu *vcpu)
{
	return (vcpu->nmi & NMI_FIELD) && !(vcpu->nmi & NMI_BLOCKED) &&
	       !vcpu->ve.is_valid;
}

bool nmi_goes_first(const struct vcpu *vcpu)
{
	return (vcpu->nmi & NMI_AT_IRET) || is_due(vcpu);
}

void nmi_before_entry(struct vcpu *vcpu)
{
	const unsigned int was = vcpu->nmi;

	vcpu->nmi &= ~(NMI_STEP | NMI_AGAIN);
	if ((was & NMI_AGAIN) && is_nmi(vcpu->vmcb.event)) {
		block(vcpu);
	} else if (was & NMI_AT_IRET) {
		vcpu->vmcb.intercepts &= (uint32_t)~VMCB_INTERCEPT_IRET;
		step(vcpu);
	} else if (is_due(vcpu)) {
		open_window(vcpu);
	}
}

void nmi_after_exit(struct vcpu *vcpu)
{
	/* It blocks others from the moment it is delivered. */
	if (is_nmi(vcpu->vmcb.exit_interrupt_info)) {
		unblock(vcpu);
		vcpu->nmi |= NMI_AGAIN;
	}
	if (!(vcpu->nmi & NMI_STEP))
		return;
	vcpu->vmcb.exception_intercepts = vcpu->nmi_intercepts;
	if (vcpu->vmcb.exit_code != VMCB_EXIT_DB)
		restore_tf(vcpu);
	/* It was not executed: the next entry finds the IRET again. */
	if ((vcpu->nmi & NMI_AT_IRET) && !is_exception(vcpu)) {
		vcpu->nmi &= ~NMI_AT_IRET;
		block(vcpu);
	}
}

void nmi_handle_iret(struct vcpu *vcpu)
{
	vcpu->nmi |= NMI_AT_IRET;
}

bool nmi_handle_db(struct vcpu *vcpu)
{
	if (!(vcpu->nmi & NMI_STEP))
		return false;
	/* TF is now what the IRET has loaded. */
	if (vcpu->nmi & NMI_AT_IRET)
		unblock(vcpu);
	else
		restore_tf(vcpu);
	/* step.c has set TF, and counts this one too. */
	if (vcpu->nmi_intercepts & BIT(VECTOR_DB))
		return false;
	if (vcpu->nmi_flags)
		inject_again(vcpu, VECTOR_DB);
	else
		vcpu->vmcb.dr6 = vcpu->nmi_dr6;
	return true;
}

bool nmi_handle_exception(struct vcpu *vcpu, unsigned int vector)
{
	if (!(vcpu->nmi & NMI_STEP))
		return false;
	/* SDM: blocking ends even if the IRET causes a fault. */
	if (vcpu->nmi & NMI_AT_IRET)
		unblock(vcpu);
	inject_again(vcpu, vector);
	return true;
}
