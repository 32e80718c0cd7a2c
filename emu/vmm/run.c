/* SPDX-License-Identifier: MIT */
/* The life of a vCPU: enter it, do what its exit asks for, enter it again. */
#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/layout.h"
#include "emu/module/debug.h"
#include "emu/lies/lies.h"
#include "emu/vmm/vmm.h"

#define EXIT_REASON_MASK 0xffff

/* How long a vCPU that seems to spin runs and sleeps, in nanoseconds. */
#define SLICE_RUN 200000
#define SLICE_SLEEP 4000000

void vmm_rule_broken(const struct vmm_vcpu *vcpu, const char *rule,
		     paddr_t gpa)
{
	vmm_td_end(EMU_EXIT_RULE_BROKEN, "rule broken: %s (vCPU %u, RIP %lx, "
		   "GPA %lx)", rule, vcpu->index, debug_guest_rip(vcpu->index),
		   gpa);
}

/* All but TDVMCALLs. */
static noinline void handle_exit(struct vmm_vcpu *vcpu, uint64_t rax)
{
	switch (rax & (TDX_STATUS_MASK | EXIT_REASON_MASK)) {
	case TDX_EXIT_REASON_EPT_VIOLATION:
		vcpu->busy_exits++;
		vmm_handle_violation(vcpu);
		break;
	case TDX_EXIT_REASON_EXTERNAL_INTERRUPT:
		cpu_interrupt_window();
		vmm_td_check(vcpu);
		break;
	case TDX_NON_RECOVERABLE_VCPU | TDX_EXIT_REASON_TRIPLE_FAULT:
		vmm_rule_broken(vcpu, "triple fault: the vCPU shut down", 0);
	default:
		vmm_td_failed("TDH.VP.ENTER", rax);
	}
}

/*
 * A vCPU parked by its firmware polls memory without pause and would take a
 * CPU of the machine from those that work. While it has no timer and leaves
 * the guest for nothing but our ticks, it sleeps most of the time; what a
 * host's scheduler would do anyway.
 */
static noinline void share_cpu(struct vmm_vcpu *vcpu)
{
	const uint64_t busy_before = vcpu->busy_before;

	vcpu->busy_before = vcpu->busy_exits;
	if (vmm_has_timer(vcpu))
		return;
	if (vcpu->busy_exits == busy_before) {
		vmm_lapic_start_tick(SLICE_SLEEP);
		vmm_sleep(vcpu);
	}
	vmm_lapic_start_tick(SLICE_RUN);
}

static struct vp_registers *before_entry(struct vmm_vcpu *vcpu)
{
	if (lies_are_chosen())
		lies_before_entry(vcpu);
	if (vcpu->has_nmi)
		vmm_nmi_pass(vcpu);
	vcpu->regs.rcx = vcpu->tdvpr;
	vcpu->is_inside = true;
	return &vcpu->regs;
}

static struct vp_registers *after_exit(struct vp_registers *regs)
{
	struct vmm_vcpu *vcpu = container_of(regs, struct vmm_vcpu, regs);

	vcpu->is_inside = false;
	vcpu->exits++;
	if (likely(regs->rax == TDX_EXIT_REASON_TDCALL)) {
		vcpu->busy_exits++;
		vmm_handle_tdvmcall(vcpu);
	} else {
		handle_exit(vcpu, regs->rax);
	}
	if (vcpu->index)
		share_cpu(vcpu);
	return before_entry(vcpu);
}

void vmm_run(struct vmm_vcpu *vcpu)
{
	vcpu->is_running = true;
	vmm_td_check(vcpu);
	seamcall_vp_run(before_entry(vcpu), after_exit);
}
