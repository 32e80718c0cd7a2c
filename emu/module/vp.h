/* SPDX-License-Identifier: MIT */
/* Running a vCPU: TDH.VP.ENTER and the exits that the module keeps. */
#ifndef EMU_MODULE_VP_H
#define EMU_MODULE_VP_H

#include "emu/module/state.h"

/* MOD, Initial State of TD VCPUs; rcx is TDH.VP.INIT's operand. */
void vp_init(struct vcpu *vcpu, uint64_t rcx);

/*
 * TDH.VP.ENTER and, called by entry.S, what follows each exit of the guest,
 * whose registers entry.S has put into vcpu. Both return the vCPU, which is
 * then to be entered at once, the lock given up; or NULL for a TD exit, with
 * the outputs in host, RAX included.
 */
struct vcpu *vp_enter(struct vcpu *vcpu, struct trap_frame *host);
/* The same on the CPU that entered it last, where it still is RUNNING. */
struct vcpu *vp_enter_again(struct vcpu *vcpu, struct trap_frame *host);
struct vcpu *module_td_exit(struct vcpu *vcpu, struct trap_frame *host);

/* An asynchronous TD exit: status and reason in RAX, all else zero. */
void vp_exit(struct trap_frame *host, uint64_t status, uint32_t reason);

/* MOD, Extended Exit Qualification: types in bits 3:0. */
#define EEQ_ACCEPT 1
#define EEQ_ATTR_WR 5
#define EEQ_PENDING_EPT_VIOLATION 6

struct vp_violation {
	paddr_t gpa;
	uint64_t qualification;
	uint64_t extended;
};
/* A TD exit for an EPT violation. */
void vp_exit_violation(struct trap_frame *host,
		       const struct vp_violation *violation);

#endif
