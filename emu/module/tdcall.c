/* SPDX-License-Identifier: MIT */
/*
 * TDG leaves. Order of checks (MOD, TDCALL Instruction): reserved bits of
 * RAX, version, leaf number, then each leaf's operands in its own order. A
 * leaf ends in one of three ways: completed (RIP moves on), injected (an
 * exception; RIP stays) or a TD exit.
 */
#include "emu/module/tdcall.h"

#include <string.h>

#include "emu/boot/log.h"
#include "emu/module/ept.h"
#include "emu/module/guest.h"
#include "emu/module/inject.h"
#include "emu/module/measure.h"
#include "emu/module/sept.h"
#include "emu/module/stats.h"
#include "emu/module/tdattr.h"
#include "emu/module/tdbuffer.h"
#include "emu/module/tdfields.h"
#include "emu/module/vmcall.h"
#include "emu/module/vp.h"

#define RAX_LEAF UINT64_C(0xffff)
#define RAX_VERSION UINT64_C(0xff0000)
#define RAX_RESERVED (~(RAX_LEAF | RAX_VERSION))

static uint64_t sept_held;

enum outcome {
	DONE,		/* RAX is the status; RIP moves on */
	INJECTED,	/* an exception at the TDCALL */
	EXITED,		/* to the host; RIP already is what it must be */
};

static enum outcome complete(struct vcpu *vcpu, uint64_t status)
{
	vcpu->vmcb.rax = status;
	return DONE;
}

static enum outcome invalid(struct vcpu *vcpu, unsigned int operand)
{
	return complete(vcpu, TDX_OPERAND_INVALID | operand);
}

static enum outcome vp_vmcall(struct vcpu *vcpu, struct trap_frame *host)
{
	if (!vmcall_show(vcpu, host))
		return invalid(vcpu, TDX_OPERAND_ID_RCX);
	vcpu_advance(vcpu, vcpu->tdcall_length);
	vcpu->resume = RESUME_TDVMCALL;
	return EXITED;
}

static enum outcome vp_info(struct vcpu *vcpu)
{
	const struct td *td = vcpu->td;

	vcpu->gpr[GPR_RCX] = td->gpaw;
	vcpu->gpr[GPR_RDX] = td->attributes;
	vcpu->gpr[GPR_R8] = td->num_vcpus | (uint64_t)td->max_vcpus << 32;
	vcpu->gpr[GPR_R9] = vcpu->index;
	vcpu->gpr[GPR_R10] = 1;
	vcpu->gpr[GPR_R11] = 0;
	return complete(vcpu, TDX_SUCCESS);
}

static enum outcome vp_veinfo_get(struct vcpu *vcpu)
{
	struct ve_info *ve = &vcpu->ve;
	const bool is_valid = ve->is_valid;

	vcpu->gpr[GPR_RCX] = is_valid ? ve->reason : 0;
	vcpu->gpr[GPR_RDX] = is_valid ? ve->qualification : 0;
	vcpu->gpr[GPR_R8] = is_valid ? ve->gla : 0;
	vcpu->gpr[GPR_R9] = is_valid ? ve->gpa : 0;
	vcpu->gpr[GPR_R10] = is_valid ? ve->length |
		(uint64_t)ve->information << 32 : 0;
	ve->is_valid = false;
	return complete(vcpu, is_valid ? TDX_SUCCESS : TDX_NO_VALID_VE_INFO);
}

/* MOD, Guest physical address operands: what a missing page becomes. */
static enum outcome operand_violation(struct vcpu *vcpu,
				      struct trap_frame *host, paddr_t gpa,
				      bool is_write)
{
	struct td *td = vcpu->td;
	const struct sept_walk walk = sept_walk(td, gpa, SEPT_4K);
	const bool is_shared = gpa & td->shared_bit;
	const bool is_pending = !is_shared &&
				sept_state(*walk.entry) == SEPT_PENDING;
	const bool is_quiet = td->td_ctls & TDX_TD_CTLS_PENDING_VE_DISABLE;
	const struct vp_violation violation = {
		.gpa = gpa,
		.qualification = is_write ? TDX_VE_EPT_WRITE : TDX_VE_EPT_READ,
		.extended = is_pending ? EEQ_PENDING_EPT_VIOLATION : 0,
	};
	const struct ve_info info = {
		.reason = TDX_VE_EPT_VIOLATION,
		.qualification = violation.qualification,
		.gpa = gpa,
		.length = vcpu->tdcall_length,
	};

	if ((is_pending && !is_quiet) ||
	    (is_shared && ept_is_convertible(td, gpa))) {
		inject_ve(vcpu, &info);
		return INJECTED;
	}
	vcpu->resume = RESUME_REEXECUTE;
	vp_exit_violation(host, &violation);
	return EXITED;
}

static bool is_private_operand(const struct td *td, paddr_t gpa)
{
	return gpa < td->shared_bit;
}

/* A leaf of tdbuffer.h. */
static enum outcome with_buffer(struct vcpu *vcpu, struct trap_frame *host,
				tdbuffer_leaf leaf)
{
	struct tdbuffer_missing missing;
	uint64_t status;

	if (leaf(vcpu, &status, &missing))
		return complete(vcpu, status);
	return operand_violation(vcpu, host, missing.gpa, missing.is_write);
}

static enum outcome vp_cpuidve_set(struct vcpu *vcpu)
{
	if (vcpu->gpr[GPR_RCX] & ~UINT64_C(3))
		return invalid(vcpu, TDX_OPERAND_ID_RCX);
	vcpu->cpuid_ve = (unsigned int)vcpu->gpr[GPR_RCX];
	return complete(vcpu, TDX_SUCCESS);
}

/* Extended exit qualification of an ACCEPT (MOD, EPT violation TD exits). */
static enum outcome accept_violation(struct trap_frame *host,
				     struct vcpu *vcpu, unsigned int level,
				     const struct sept_walk *found)
{
	const uint64_t information =
		level | found->level << 3 |
		(uint64_t)sept_state(*found->entry) << 6 |
		(uint64_t)sept_is_leaf(found) << 14;
	const struct vp_violation violation = {
		.gpa = vcpu->gpr[GPR_RCX] & ~PAGE_MASK,
		.qualification = TDX_VE_EPT_WRITE,
		.extended = EEQ_ACCEPT | information << 32,
	};

	vcpu->resume = RESUME_REEXECUTE;
	vp_exit_violation(host, &violation);
	return EXITED;
}

void module_hold_sept(uint64_t times)
{
	sept_held = times;
}

static enum outcome mem_page_accept(struct vcpu *vcpu,
				    struct trap_frame *host)
{
	struct sept_walk found;
	unsigned int level;
	paddr_t gpa;

	if (!sept_operand(vcpu->td, vcpu->gpr[GPR_RCX], SEPT_2M, &gpa, &level))
		return invalid(vcpu, TDX_OPERAND_ID_RCX);
	if (sept_held) {
		sept_held--;
		return complete(vcpu, TDX_OPERAND_BUSY | TDX_OPERAND_ID_RCX);
	}
	switch (sept_accept(vcpu->td, gpa, level, &found)) {
	case SEPT_ACCEPT_DONE:
		return complete(vcpu, TDX_SUCCESS);
	case SEPT_ACCEPT_ALREADY:
		return complete(vcpu, TDX_PAGE_ALREADY_ACCEPTED | found.level);
	case SEPT_ACCEPT_MISMATCH:
		return complete(vcpu, TDX_PAGE_SIZE_MISMATCH | found.level);
	default:
		return accept_violation(host, vcpu, level, &found);
	}
}

static enum outcome mem_page_attr(struct vcpu *vcpu, struct trap_frame *host,
				  bool is_write)
{
	struct vp_violation violation = {
		.gpa = vcpu->gpr[GPR_RCX],
		.qualification = TDX_VE_EPT_READ,
		.extended = is_write ? EEQ_ATTR_WR : 0,
	};
	uint64_t status;

	if (is_write ? tdattr_write(vcpu, &status) : tdattr_read(vcpu, &status))
		return complete(vcpu, status);
	vcpu->resume = RESUME_REEXECUTE;
	vp_exit_violation(host, &violation);
	return EXITED;
}

/* MOD, TDG.VP.ENTER of a TD without L2 VMs: nothing can be entered. */
static enum outcome vp_enter_l2(struct vcpu *vcpu)
{
	const uint64_t gpa = vcpu->gpr[GPR_RDX];

	return invalid(vcpu, gpa % 256 || !is_private_operand(vcpu->td, gpa) ?
				     TDX_OPERAND_ID_RDX : TDX_OPERAND_ID_RCX);
}

/* A mask of L2 VMs, of which there are none. */
static enum outcome vp_invept(struct vcpu *vcpu)
{
	return vcpu->gpr[GPR_RCX] ? invalid(vcpu, TDX_OPERAND_ID_RCX) :
				    complete(vcpu, TDX_SUCCESS);
}

static enum outcome dispatch(struct vcpu *vcpu, struct trap_frame *host,
			     uint64_t leaf)
{
	switch (leaf) {
	case TDG_VP_VMCALL:
		return vp_vmcall(vcpu, host);
	case TDG_VP_INFO:
		return vp_info(vcpu);
	case TDG_MR_RTMR_EXTEND:
		return with_buffer(vcpu, host, tdbuffer_rtmr_extend);
	case TDG_VP_VEINFO_GET:
		return vp_veinfo_get(vcpu);
	case TDG_MR_REPORT:
		return with_buffer(vcpu, host, tdbuffer_report);
	case TDG_MR_VERIFYREPORT:
		return with_buffer(vcpu, host, tdbuffer_verify_report);
	case TDG_VP_CPUIDVE_SET:
		return vp_cpuidve_set(vcpu);
	case TDG_MEM_PAGE_ACCEPT:
		return mem_page_accept(vcpu, host);
	case TDG_VM_RD:
	case TDG_VM_WR:
	case TDG_VP_RD:
	case TDG_VP_WR:
	case TDG_SYS_RD:
		return complete(vcpu, tdfields_access(vcpu));
	case TDG_SYS_RDALL:
		return with_buffer(vcpu, host, tdbuffer_sys_rdall);
	case TDG_MEM_PAGE_ATTR_RD:
		return mem_page_attr(vcpu, host, false);
	case TDG_MEM_PAGE_ATTR_WR:
		return mem_page_attr(vcpu, host, true);
	case TDG_VP_ENTER:
		return vp_enter_l2(vcpu);
	case TDG_VP_INVEPT:
		return vp_invept(vcpu);
	case TDG_SERVTD_RD:
	case TDG_SERVTD_WR:
	case TDG_VP_INVVPID:
		/* No binding, no L2 VM has this handle. */
		return invalid(vcpu, TDX_OPERAND_ID_RCX);
	default:
		return invalid(vcpu, TDX_OPERAND_ID_RAX);
	}
}

bool tdcall_handle(struct vcpu *vcpu, struct trap_frame *host)
{
	const uint64_t rax = vcpu->vmcb.rax;
	const uint64_t leaf = rax & RAX_LEAF;
	enum outcome outcome;

	stats_count_tdcall(vcpu, leaf);
	if ((rax & RAX_RESERVED) ||
	    ((rax & RAX_VERSION) && rax != (TDG_VM_RD | 1U << 16)))
		outcome = invalid(vcpu, TDX_OPERAND_ID_RAX);
	else
		outcome = dispatch(vcpu, host, leaf);
	if (outcome == DONE)
		vcpu_advance(vcpu, vcpu->tdcall_length);
	return outcome != EXITED;
}
