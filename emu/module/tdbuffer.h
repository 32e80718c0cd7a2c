/* SPDX-License-Identifier: MIT */
/*
 * TDG leaves with operands in the guest's memory. True: the leaf is completed
 * with *status. False: it cannot reach the operand of *missing, which becomes
 * a #VE or a TD exit; registers are as they were.
 */
#ifndef EMU_MODULE_TDBUFFER_H
#define EMU_MODULE_TDBUFFER_H

#include "emu/module/state.h"
#include "lib/compiler.h"

struct tdbuffer_missing {
	paddr_t gpa;
	bool is_write;
};

typedef bool (*tdbuffer_leaf)(struct vcpu *vcpu, uint64_t *status,
			      struct tdbuffer_missing *missing);

/* TDG.MR.RTMR.EXTEND */
bool tdbuffer_rtmr_extend(struct vcpu *vcpu, uint64_t *status,
			  struct tdbuffer_missing *missing) must_check;
/* TDG.MR.REPORT */
bool tdbuffer_report(struct vcpu *vcpu, uint64_t *status,
		     struct tdbuffer_missing *missing) must_check;
/* TDG.MR.VERIFYREPORT */
bool tdbuffer_verify_report(struct vcpu *vcpu, uint64_t *status,
			    struct tdbuffer_missing *missing) must_check;
/* TDG.SYS.RDALL */
bool tdbuffer_sys_rdall(struct vcpu *vcpu, uint64_t *status,
			struct tdbuffer_missing *missing) must_check;

#endif
