/* SPDX-License-Identifier: MIT */
/*
 * TDG.VP.VMCALL and its way back (MOD, TDG.VP.VMCALL): RCX says which
 * registers the host sees and may change; of the others it sees zeros. Inline:
 * no other way through the module is taken as often.
 */
#ifndef EMU_MODULE_VMCALL_H
#define EMU_MODULE_VMCALL_H

#include "emu/module/state.h"
#include "lib/compiler.h"

/* RAX, RCX, RSP and all above the XMM bits cannot be exposed. */
#define VMCALL_FORBIDDEN (~UINT64_C(0xffffffff) | 0x13)
/* RDX, RBX, RBP, RSI, RDI, R8, R9: hardly any TDVMCALL selects them. */
#define VMCALL_RARE 0x3ec

static inline bool vmcall_keeps_rbp(const struct vcpu *vcpu)
{
	return vcpu->td->config_flags & TDX_CONFIG_FLAGS_NO_RBP_MOD;
}

static inline bool vmcall_is_refused(const struct vcpu *vcpu, uint64_t mask)
{
	return (mask & VMCALL_FORBIDDEN) ||
	       ((mask & TDVMCALL_EXPOSE_RBP) && vmcall_keeps_rbp(vcpu));
}

static inline void vmcall_show_one(const uint64_t *gpr, enum gpr reg,
				   uint64_t *to)
{
	const uint64_t value = gpr[reg];

	/* Without a branch: it costs the same whatever is selected. */
	*to = likely(gpr[GPR_RCX] & BIT(reg)) ? value : 0;
}

static inline void vmcall_show_rare(const uint64_t *gpr,
				    struct trap_frame *host)
{
	vmcall_show_one(gpr, GPR_RDX, &host->rdx);
	vmcall_show_one(gpr, GPR_RBX, &host->rbx);
	vmcall_show_one(gpr, GPR_RSI, &host->rsi);
	vmcall_show_one(gpr, GPR_RDI, &host->rdi);
	vmcall_show_one(gpr, GPR_R8, &host->r8);
	vmcall_show_one(gpr, GPR_R9, &host->r9);
	if (gpr[GPR_RCX] & BIT(GPR_RBP))
		host->rbp = gpr[GPR_RBP];
}

/* The TD exit: what host sees of vcpu. False: RCX is refused. */
static inline bool must_check vmcall_show(const struct vcpu *vcpu,
					  struct trap_frame *host)
{
	const uint64_t *gpr = vcpu->gpr;
	const uint64_t mask = gpr[GPR_RCX];
	const bool is_rare = mask & (VMCALL_FORBIDDEN | VMCALL_RARE);

	if (unlikely(is_rare) && vmcall_is_refused(vcpu, mask))
		return false;
	host->rax = TDX_EXIT_REASON_TDCALL;
	host->rcx = mask;
	if (!vmcall_keeps_rbp(vcpu))
		host->rbp = 0;
	host->rdx = host->rbx = host->rsi = host->rdi = 0;
	host->r8 = host->r9 = 0;
	if (unlikely(is_rare))
		vmcall_show_rare(gpr, host);
	vmcall_show_one(gpr, GPR_R10, &host->r10);
	vmcall_show_one(gpr, GPR_R11, &host->r11);
	vmcall_show_one(gpr, GPR_R12, &host->r12);
	vmcall_show_one(gpr, GPR_R13, &host->r13);
	vmcall_show_one(gpr, GPR_R14, &host->r14);
	vmcall_show_one(gpr, GPR_R15, &host->r15);
	return true;
}

static inline void vmcall_take_one(uint64_t *gpr, enum gpr reg, uint64_t value)
{
	if (gpr[GPR_RCX] & BIT(reg))
		gpr[reg] = value;
}

/* TDH.VP.ENTER after it: takes the host's answer. */
static inline void vmcall_take(struct vcpu *vcpu,
			       const struct trap_frame *host)
{
	uint64_t *gpr = vcpu->gpr;

	vcpu->vmcb.rax = TDX_SUCCESS;
	vmcall_take_one(gpr, GPR_R10, host->r10);
	vmcall_take_one(gpr, GPR_R11, host->r11);
	vmcall_take_one(gpr, GPR_R12, host->r12);
	vmcall_take_one(gpr, GPR_R13, host->r13);
	vmcall_take_one(gpr, GPR_R14, host->r14);
	vmcall_take_one(gpr, GPR_R15, host->r15);
	if (likely(!(gpr[GPR_RCX] & VMCALL_RARE)))
		return;
	vmcall_take_one(gpr, GPR_RDX, host->rdx);
	vmcall_take_one(gpr, GPR_RBX, host->rbx);
	vmcall_take_one(gpr, GPR_RBP, host->rbp);
	vmcall_take_one(gpr, GPR_RSI, host->rsi);
	vmcall_take_one(gpr, GPR_RDI, host->rdi);
	vmcall_take_one(gpr, GPR_R8, host->r8);
	vmcall_take_one(gpr, GPR_R9, host->r9);
}

#endif
