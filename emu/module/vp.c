/* SPDX-License-Identifier: MIT */
/*
 * TDH.VP.ENTER: enters the guest, handles the exits that are the module's and
 * returns with those that are the host's. The dispatch is the one place that
 * lists what a guest may do (MOD, TD VM exits).
 */
#include "emu/module/vp.h"

#include "emu/boot/cpu.h"
#include "emu/boot/lock.h"
#include "emu/boot/log.h"
#include "emu/boot/memory.h"
#include "emu/module/apic.h"
#include "emu/module/cr.h"
#include "emu/module/decode.h"
#include "emu/module/ept.h"
#include "emu/module/guest.h"
#include "emu/module/host.h"
#include "emu/module/inject.h"
#include "emu/module/insn.h"
#include "emu/module/nmi.h"
#include "emu/module/stats.h"
#include "emu/module/step.h"
#include "emu/module/tdcall.h"
#include "emu/module/vmcall.h"
#include "emu/svm/svm.h"

#define RFLAGS_FIXED 2
#define DR6_INITIAL 0xffff0ff0
#define DR7_INITIAL 0x400
#define PAT_INITIAL UINT64_C(0x0007040600070406)
#define FMASK_INITIAL 0x20200
#define TDCALL_LENGTH 4		/* without prefixes */

static uint8_t io_bitmap[12288] aligned(4096);

static void vmcb_init_control(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	cpu_fill(io_bitmap, UINT64_MAX, sizeof(io_bitmap) / 8);
	vmcb->exception_intercepts = (uint32_t)BIT(VECTOR_UD);
	vmcb->intercepts = (uint32_t)(
		VMCB_INTERCEPT_INTR | VMCB_INTERCEPT_NMI |
		VMCB_INTERCEPT_INIT | VMCB_INTERCEPT_VINTR |
		VMCB_INTERCEPT_RDPMC |
		VMCB_INTERCEPT_CPUID | VMCB_INTERCEPT_RSM |
		VMCB_INTERCEPT_INVD | VMCB_INTERCEPT_HLT |
		VMCB_INTERCEPT_INVLPGA | VMCB_INTERCEPT_IOIO |
		VMCB_INTERCEPT_MSR | VMCB_INTERCEPT_TASK_SWITCH |
		VMCB_INTERCEPT_SHUTDOWN);
	vmcb->intercepts2 = (uint32_t)(
		VMCB_INTERCEPT2_VMRUN | VMCB_INTERCEPT2_VMMCALL |
		VMCB_INTERCEPT2_VMLOAD | VMCB_INTERCEPT2_VMSAVE |
		VMCB_INTERCEPT2_STGI | VMCB_INTERCEPT2_CLGI |
		VMCB_INTERCEPT2_SKINIT | VMCB_INTERCEPT2_WBINVD |
		VMCB_INTERCEPT2_MONITOR | VMCB_INTERCEPT2_MWAIT |
		VMCB_INTERCEPT2_XSETBV);
	vmcb->iopm_base = memory_pa(io_bitmap);
	vmcb->msrpm_base = insn_msr_bitmap(vcpu);
	vmcb->tsc_offset = vcpu->td->tsc_offset;
	vmcb->asid = 1;
	vmcb->nested_control = 1;
}

static struct vmcb_segment flat_segment(uint16_t attributes)
{
	return (struct vmcb_segment){
		.attributes = attributes,
		.limit = UINT32_MAX,
	};
}

static void vmcb_init_state(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	vmcb->cs = flat_segment(0xc9b);
	vmcb->ds = vmcb->es = vmcb->fs = vmcb->gs = vmcb->ss =
		flat_segment(0xc93);
	vmcb->gdtr.limit = UINT16_MAX;
	vmcb->ldtr = (struct vmcb_segment){ .limit = UINT16_MAX };
	vmcb->tr = (struct vmcb_segment){
		.attributes = 0x8b,
		.limit = UINT16_MAX,
	};
	vmcb->dr7 = DR7_INITIAL;
	vmcb->dr6 = DR6_INITIAL;
	vmcb->rflags = RFLAGS_FIXED;
	vmcb->rip = 0xfffffff0;
	vmcb->pat = PAT_INITIAL;
	vmcb->sfmask = FMASK_INITIAL;
}

void vp_init(struct vcpu *vcpu, uint64_t rcx)
{
	uint32_t fms[4];

	vmcb_init_control(vcpu);
	vmcb_init_state(vcpu);
	cpu_cpuid(1, 0, fms);
	vcpu->gpr[GPR_RBX] = vcpu->td->gpaw;
	vcpu->gpr[GPR_RCX] = rcx;
	vcpu->gpr[GPR_RDX] = fms[0];
	vcpu->gpr[GPR_RSI] = vcpu->index;
	vcpu->gpr[GPR_R8] = rcx;
	vcpu->pa = memory_pa(vcpu);
	vcpu->cr0 = CR0_INITIAL;
	vcpu->cr4 = CR4_INITIAL;
	vcpu->efer = EFER_INITIAL;
	vcpu->xcr0 = 1;
	cr_load(vcpu);
	vcpu->state = VCPU_READY;
}

void vp_exit(struct trap_frame *host, uint64_t status, uint32_t reason)
{
	host->rax = status | reason;
	host->rcx = host->rdx = host->rbx = host->rbp = 0;
	host->rsi = host->rdi = host->r8 = host->r9 = 0;
	host->r10 = host->r11 = host->r12 = 0;
	host->r13 = host->r14 = host->r15 = 0;
}

void vp_exit_violation(struct trap_frame *host,
		       const struct vp_violation *violation)
{
	vp_exit(host, TDX_SUCCESS, TDX_EXIT_REASON_EPT_VIOLATION);
	host->rcx = violation->qualification & ~UINT64_C(0xf80);
	host->rdx = violation->extended;
	host->r8 = violation->gpa & ~PAGE_MASK;
}

/*
 * #UD is TDCALL, VMCALL (which SVM does not know), or the guest's own. Users
 * get #GP of both instructions of TDX.
 */
static bool handle_ud(struct vcpu *vcpu, struct trap_frame *host)
{
	unsigned int length = TDCALL_LENGTH;
	const enum decode_kind kind = guest_is_at_tdcall_again(vcpu) ||
				      guest_is_at_tdcall(vcpu) ?
					      DECODE_TDCALL :
					      decode_kind(vcpu, &length);

	if (kind == DECODE_VMCALL) {
		inject_ve_instruction(vcpu, TDX_VE_VMCALL, length);
		return true;
	}
	if (kind == DECODE_TDCALL && vcpu_is_64bit(vcpu) &&
	    vcpu->vmcb.cpl == 0) {
		vcpu->tdcall_length = length;
		return tdcall_handle(vcpu, host);
	}
	inject_exception(vcpu, kind == DECODE_TDCALL ||
			       (kind == DECODE_SEAMCALL && vcpu->vmcb.cpl) ?
				       VECTOR_GP : VECTOR_UD);
	return true;
}

/* QEMU 7.2 reports INVD as the same exit. */
static bool handle_wbinvd(struct vcpu *vcpu)
{
	unsigned int length;
	const enum decode_kind kind = decode_kind(vcpu, &length);

	inject_ve_instruction(vcpu, kind == DECODE_INVD ? TDX_VE_INVD :
							  TDX_VE_WBINVD,
			      length);
	return true;
}

static bool handle_triple_fault(struct vcpu *vcpu, struct trap_frame *host)
{
	stats_note(vcpu, "triple fault");
	vcpu->state = VCPU_DISABLED;
	host_vp_forget();
	vp_exit(host, TDX_NON_RECOVERABLE_VCPU, TDX_EXIT_REASON_TRIPLE_FAULT);
	return false;
}

/* An instruction with a #VE reason of its own and nothing else to tell. */
static bool handle_simple(struct vcpu *vcpu, uint32_t reason)
{
	inject_ve_instruction(vcpu, reason, decode_length(vcpu));
	return true;
}

/* Exit codes that come in ranges. */
static bool handle_range(struct vcpu *vcpu)
{
	const uint64_t code = vcpu->vmcb.exit_code;

	if (code <= VMCB_EXIT_CR15_WRITE)
		cr_handle_access(vcpu);
	else if (code == VMCB_EXIT_RSM || code == VMCB_EXIT_INVLPGA ||
		 (code >= VMCB_EXIT_VMRUN && code <= VMCB_EXIT_SKINIT))
		inject_exception(vcpu, VECTOR_UD);
	else if (code < VMCB_EXIT_EXCEPTION ||
		 code > VMCB_EXIT_EXCEPTION_LAST ||
		 !nmi_handle_exception(vcpu, (unsigned int)code -
						     VMCB_EXIT_EXCEPTION))
		emu_fail("unexpected exit %lx at rip %lx", code,
			 vcpu->vmcb.rip);
	return true;
}

static bool handle_exit(struct vcpu *vcpu, struct trap_frame *host)
{
	switch ((uint64_t)vcpu->vmcb.exit_code) {
	case VMCB_EXIT_UD:
		return handle_ud(vcpu, host);
	case VMCB_EXIT_DB:
		if (!nmi_handle_db(vcpu))
			step_handle_db(vcpu);
		return true;
	case VMCB_EXIT_IRET:
		nmi_handle_iret(vcpu);
		return true;
	case VMCB_EXIT_NPF:
		return ept_handle_violation(vcpu, host);
	case VMCB_EXIT_INTR:
		vp_exit(host, TDX_SUCCESS, TDX_EXIT_REASON_EXTERNAL_INTERRUPT);
		return false;
	case VMCB_EXIT_NMI:
		vp_exit(host, TDX_SUCCESS, 0);
		return false;
	case VMCB_EXIT_VINTR:
		apic_handle_window(vcpu);
		return true;
	case VMCB_EXIT_CPUID:
		return insn_handle_cpuid(vcpu);
	case VMCB_EXIT_MSR:
		return insn_handle_msr(vcpu);
	case VMCB_EXIT_IOIO:
		return insn_handle_io(vcpu);
	case VMCB_EXIT_HLT:
		return handle_simple(vcpu, TDX_VE_HLT);
	case VMCB_EXIT_INVD:
		return handle_simple(vcpu, TDX_VE_INVD);
	case VMCB_EXIT_WBINVD:
		return handle_wbinvd(vcpu);
	case VMCB_EXIT_MONITOR:
		return handle_simple(vcpu, TDX_VE_MONITOR);
	case VMCB_EXIT_MWAIT:
	case VMCB_EXIT_MWAIT_ARMED:
		return handle_simple(vcpu, TDX_VE_MWAIT);
	case VMCB_EXIT_XSETBV:
		cr_handle_xsetbv(vcpu);
		return true;
	case VMCB_EXIT_RDPMC:
		inject_exception(vcpu, VECTOR_GP);
		return true;
	case VMCB_EXIT_SHUTDOWN:
		return handle_triple_fault(vcpu, host);
	case VMCB_EXIT_TASK_SWITCH:
		vp_exit(host, TDX_SUCCESS, 9);
		return false;
	default:
		return handle_range(vcpu);
	}
}

/* What is due before an entry. */
static void prepare(struct vcpu *vcpu)
{
	if (!cr_is_paging(vcpu))
		cr_refresh_unpaged(vcpu);
	apic_offer(vcpu);
	step_enter(vcpu);
	if (vcpu->nmi)
		nmi_before_entry(vcpu);
}

static struct vcpu *enter_guest(struct vcpu *vcpu)
{
	/* Each entry drops old translations; they count while it is odd. */
	vcpu->epoch = vcpu->td->epoch;
	__atomic_fetch_add(&vcpu->entries, 1, __ATOMIC_SEQ_CST);
	emu_unlock();
	return vcpu;
}

/*
 * The vCPU goes on. If there is nothing to prepare, there will not be either
 * when the next TDVMCALL has been answered, but for a posted interrupt: what
 * else there is comes with another kind of exit, or with another SEAMCALL.
 */
static struct vcpu *go_on(struct vcpu *vcpu)
{
	vcpu->is_plain = cr_is_paging(vcpu) && apic_is_settled(vcpu) &&
			 !vcpu->nmi && !step_is_used && !stats_on;
	if (!vcpu->is_plain)
		prepare(vcpu);
	stats_count_entry(vcpu);
	return enter_guest(vcpu);
}

/*
 * An event that was being delivered is due again at the next entry. Not INT n,
 * INT3 and INTO: RIP still is at the instruction, which is executed again.
 */
static uint32_t broken_off(uint32_t event)
{
	const bool is_due = event & (uint32_t)VMCB_EVENT_VALID;

	return is_due && (event & VMCB_EVENT_TYPE) != VMCB_EVENT_SOFTWARE ?
		       event : 0;
}

/* What the exit has left behind. */
static void collect(struct vcpu *vcpu)
{
	struct vmcb *vmcb = &vcpu->vmcb;

	vmcb->event = broken_off(vmcb->exit_interrupt_info);
	vmcb->event_error_code = vmcb->exit_interrupt_error;
	if (vcpu->nmi)
		nmi_after_exit(vcpu);
	stats_count_exit(vcpu);
}

static noinline struct vcpu *handle_any_exit(struct vcpu *vcpu,
					     struct trap_frame *host)
{
	collect(vcpu);
	return handle_exit(vcpu, host) ? go_on(vcpu) : NULL;
}

/* Nothing to collect, and TDG.VP.VMCALL by the TDCALL that was the last. */
static bool is_plain_vmcall(const struct vcpu *vcpu)
{
	const struct vmcb *vmcb = &vcpu->vmcb;

	return vcpu->is_plain &&
	       !(vmcb->exit_interrupt_info & (uint32_t)VMCB_EVENT_VALID) &&
	       vmcb->exit_code == VMCB_EXIT_UD &&
	       guest_is_at_tdcall_again(vcpu) && vmcb->cpl == 0 &&
	       vmcb->rax == TDG_VP_VMCALL && !(vmcb->rflags & RFLAGS_TF);
}

struct vcpu *module_td_exit(struct vcpu *vcpu, struct trap_frame *host)
{
	__atomic_fetch_add(&vcpu->entries, 1, __ATOMIC_SEQ_CST);
	emu_lock();
	if (unlikely(!is_plain_vmcall(vcpu)) ||
	    unlikely(!vmcall_show(vcpu, host)))
		return handle_any_exit(vcpu, host);
	vcpu->vmcb.rip += TDCALL_LENGTH;
	vcpu->vmcb.interrupt_shadow = 0;
	vcpu->resume = RESUME_PLAIN_TDVMCALL;
	return NULL;
}

struct vcpu *vp_enter(struct vcpu *vcpu, struct trap_frame *host)
{
	const enum vcpu_resume resume = vcpu->resume;

	if (vcpu->state == VCPU_READY) {
		svm_init();
		cpu_vmload(memory_pa(&vcpu->vmcb));
		cpu_xsetbv(0, vcpu->xcr0);
		vcpu->state = VCPU_RUNNING;
	}
	vcpu->resume = RESUME_PLAIN;
	if (resume == RESUME_TDVMCALL || resume == RESUME_PLAIN_TDVMCALL)
		vmcall_take(vcpu, host);
	/* Nothing can have changed but what the host did: repeat the TDCALL. */
	if (resume == RESUME_REEXECUTE && !tdcall_handle(vcpu, host))
		return NULL;
	return go_on(vcpu);
}

struct vcpu *vp_enter_again(struct vcpu *vcpu, struct trap_frame *host)
{
	if (unlikely(vcpu->resume != RESUME_PLAIN_TDVMCALL) ||
	    unlikely(apic_is_posted(vcpu)))
		return vp_enter(vcpu, host);
	vcpu->resume = RESUME_PLAIN;
	vmcall_take(vcpu, host);
	return enter_guest(vcpu);
}
