/* SPDX-License-Identifier: MIT */
/*
 * NMIs: PEND_NMI of the vCPU's metadata, which a host sets by TDH.VP.WR, and
 * the moment at which the guest can take one. That is not while it handles
 * another, up to its IRET; not while VE_INFO is valid; and not in the shadow
 * of STI or MOV SS. VMX has virtual NMIs and NMI windows for this; SVM in QEMU
 * 7.2 injects events and intercepts IRET.
 */
#ifndef EMU_MODULE_NMI_H
#define EMU_MODULE_NMI_H

#include "emu/module/state.h"

/* struct vcpu, nmi: 0 while there is nothing to look after. */
#define NMI_FIELD 0xffU		/* PEND_NMI; one is pending if it is not 0 */
#define NMI_BLOCKED (1U << 8)	/* until IRET */
#define NMI_AGAIN (1U << 9)	/* its delivery was broken off by an exit */
#define NMI_AT_IRET (1U << 10)	/* the guest is at an IRET that ends it */
#define NMI_STEP (1U << 11)	/* the guest executes one instruction */
#define NMI_IN_SHADOW (1U << 12) /* the pending one does not mind an STI */

/* Does an NMI, or the end of one, come before any interrupt? */
bool nmi_goes_first(const struct vcpu *vcpu);
/* If vcpu->nmi is not 0: right before a VM entry, and after the exit. */
void nmi_before_entry(struct vcpu *vcpu);
void nmi_after_exit(struct vcpu *vcpu);

/* Exits by IRET, and by #DB and other exceptions; false: not of this file. */
void nmi_handle_iret(struct vcpu *vcpu);
bool nmi_handle_db(struct vcpu *vcpu);
bool nmi_handle_exception(struct vcpu *vcpu, unsigned int vector);

#endif
