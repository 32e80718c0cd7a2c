/* SPDX-License-Identifier: MIT */
/* The life of a vCPU: enter it, do what its exit asks for, enter it again. */
#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/layout.h"
#include "emu/vmm/vmm.h"

#define EXIT_REASON_MASK 0xffff

static void handle_exit(struct vmm_vcpu *vcpu, uint64_t rax)
{
	switch (rax & (TDX_STATUS_MASK | EXIT_REASON_MASK)) {
	case TDX_EXIT_REASON_TDCALL:
		vmm_handle_tdvmcall(vcpu);
		break;
	case TDX_EXIT_REASON_EPT_VIOLATION:
		vmm_handle_violation(vcpu);
		break;
	case TDX_EXIT_REASON_EXTERNAL_INTERRUPT:
		cpu_interrupt_window();
		break;
	case TDX_NON_RECOVERABLE_VCPU | TDX_EXIT_REASON_TRIPLE_FAULT:
		emu_stop(EMU_EXIT_RULE_BROKEN, "the TD's vCPU %u shut down "
			 "(triple fault)", vcpu->index);
	default:
		emu_fail("TDH.VP.ENTER of vCPU %u: %lx", vcpu->index, rax);
	}
}

void vmm_run(struct vmm_vcpu *vcpu)
{
	for (;;) {
		vcpu->regs.rcx = vcpu->tdvpr;
		handle_exit(vcpu, seamcall_vp_enter(&vcpu->regs));
	}
}
