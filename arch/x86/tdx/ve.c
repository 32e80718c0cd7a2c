/* SPDX-License-Identifier: MIT */
/*
 * The #VE handler: instructions that a TD cannot execute are done here, for
 * code that does not know that it runs in one.
 *
 * ve_entry (ve_entry.S) has read the VE info, so a handler may itself take a
 * #VE. Handlers run with interrupts off and share no state but counts.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/tdx/call.h"
#include "arch/x86/tdx/trust.h"
#include "arch/x86/trap.h"
#include "arch/x86/trap_entry.h"

/* Bus-lock detection may add bit 26 to the basic exit reason. */
#define REASON_MASK 0xFFFF
#define DR6_SINGLE_STEP BIT(14)

_Static_assert(VE_VECTOR == TRAP_VE, "tdcall.h");
_Static_assert(COUNT_VE_CPUID == 8 * TDX_COUNT_VE_CPUID, "tdcall.h");
_Static_assert(COUNT_VE_HLT == 8 * TDX_COUNT_VE_HLT, "tdcall.h");
_Static_assert(COUNT_VE_IO == 8 * TDX_COUNT_VE_IO, "tdcall.h");
_Static_assert(COUNT_VE_RDMSR == 8 * TDX_COUNT_VE_RDMSR, "tdcall.h");
_Static_assert(COUNT_VE_WRMSR == 8 * TDX_COUNT_VE_WRMSR, "tdcall.h");
_Static_assert(COUNT_VE_MMIO == 8 * TDX_COUNT_VE_MMIO, "tdcall.h");
_Static_assert(COUNT_CALL_CPUID == 8 * TDX_COUNT_CALL_CPUID, "tdcall.h");
_Static_assert(COUNT_CALL_HLT == 8 * TDX_COUNT_CALL_HLT, "tdcall.h");
_Static_assert(COUNT_CALL_IO == 8 * TDX_COUNT_CALL_IO, "tdcall.h");
_Static_assert(COUNT_CALL_RDMSR == 8 * TDX_COUNT_CALL_RDMSR, "tdcall.h");
_Static_assert(COUNT_CALL_WRMSR == 8 * TDX_COUNT_CALL_WRMSR, "tdcall.h");
_Static_assert(COUNT_CALL_MMIO == 8 * TDX_COUNT_CALL_MMIO, "tdcall.h");

int ve_general_protection(struct trap_frame *frame, const char *what,
			  uint64_t value)
{
	if (!trap_fixup(frame))
		ve_fatal(frame, what, value);
	return VE_FAULTED;
}

/*
 * One handler for each reason, not inlined: each saves only the registers
 * that it needs itself.
 */
static struct cpuid ask_host_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid id;

	tdx_count_up(TDX_COUNT_CALL_CPUID);
	if (tdvmcall_cpuid(leaf, subleaf, &id))
		return (struct cpuid){ 0 };
	return id;
}

static noinline int handle_cpuid(struct trap_frame *frame,
				const struct tdg_veinfo *ve)
{
	const uint32_t leaf = (uint32_t)frame->rax;
	struct cpuid id;

	tdx_count_up(TDX_COUNT_VE_CPUID);
	if (trust_cpuid_is_hosts(leaf))
		id = ask_host_cpuid(leaf, (uint32_t)frame->rcx);
	else
		id = trust_cpuid_made_up(leaf);
	frame->rax = id.eax;
	frame->rbx = id.ebx;
	frame->rcx = id.ecx;
	frame->rdx = id.edx;
	return (int)ve->length;
}

static noinline int handle_hlt(struct trap_frame *frame,
				const struct tdg_veinfo *ve)
{
	tdx_count_up(TDX_COUNT_VE_HLT);
	tdx_count_up(TDX_COUNT_CALL_HLT);
	if (!(frame->rflags & RFLAGS_IF)) {
		tdvmcall_hlt_blocked();
		return (int)ve->length;
	}
	/* The interrupt that ends it is handled on top of this frame. */
	tdvmcall_hlt_sti();
	cpu_irq_disable();
	return (int)ve->length;
}

static noinline int handle_rdmsr(struct trap_frame *frame,
				const struct tdg_veinfo *ve)
{
	const uint32_t msr = (uint32_t)frame->rcx;
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_VE_RDMSR);
	if (!trust_may_read_msr(msr))
		return ve_general_protection(frame, "RDMSR refused:", msr);
	tdx_count_up(TDX_COUNT_CALL_RDMSR);
	got = tdvmcall_rdmsr(msr);
	if (got.status)
		return ve_general_protection(frame, "host: no RDMSR of", msr);
	frame->rax = (uint32_t)got.value;
	frame->rdx = got.value >> 32;
	return (int)ve->length;
}

static noinline int handle_wrmsr(struct trap_frame *frame,
				const struct tdg_veinfo *ve)
{
	const uint32_t msr = (uint32_t)frame->rcx;
	const uint64_t value = frame->rdx << 32 | (uint32_t)frame->rax;

	tdx_count_up(TDX_COUNT_VE_WRMSR);
	if (!trust_may_write_msr(msr))
		return ve_general_protection(frame, "WRMSR refused:", msr);
	tdx_count_up(TDX_COUNT_CALL_WRMSR);
	if (tdvmcall_wrmsr(msr, value))
		return ve_general_protection(frame, "host: no WRMSR of", msr);
	return (int)ve->length;
}

static noinline int handle_io(struct trap_frame *frame,
				const struct tdg_veinfo *ve)
{
	const uint64_t io = ve->qualification;
	const uint16_t port = (uint16_t)(io >> TDX_VE_IO_PORT_SHIFT);
	const unsigned int size = (io & TDX_VE_IO_SIZE_MASK) + 1;

	tdx_count_up(TDX_COUNT_VE_IO);
	if (size != 1 && size != 2 && size != 4)
		ve_fatal(frame, "#VE: port I/O of what size?", io);
	if (io & TDX_VE_IO_STRING)
		return ve_string_io(frame, ve);
	if (io & TDX_VE_IO_IN)
		ve_write_register(&frame->rax, size, tdx_io_read(port, size));
	else
		tdx_io_write(port, size, (uint32_t)frame->rax);
	return (int)ve->length;
}

static int handle(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	switch (ve->reason & REASON_MASK) {
	case TDX_VE_CPUID:
		return handle_cpuid(frame, ve);
	case TDX_VE_HLT:
		return handle_hlt(frame, ve);
	case TDX_VE_IO:
		return handle_io(frame, ve);
	case TDX_VE_RDMSR:
		return handle_rdmsr(frame, ve);
	case TDX_VE_WRMSR:
		return handle_wrmsr(frame, ve);
	case TDX_VE_EPT_VIOLATION:
		return ve_mmio(frame, ve);
	default:
		/*
		 * VMCALL, WBINVD, a forbidden CR bit and the like: nobody here
		 * can say what the program meant to happen.
		 */
		ve_fatal(frame, "#VE: unexpected exit reason", ve->reason);
	}
}

/* What the CPU does after each instruction while RFLAGS.TF is set. */
static void trap_single_step(struct trap_frame *frame)
{
	uint64_t dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" : : "r"(dr6 | DR6_SINGLE_STEP));
	frame->vector = TRAP_DB;
	trap_dispatch(frame);
}

void ve_dispatch(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	const int length = handle(frame, ve);

	if (unlikely(length == VE_FAULTED))
		return;
	if (unlikely((unsigned int)length > INSN_LENGTH_MAX))
		ve_fatal(frame, "#VE: instruction length", ve->length);
	frame->rip += (unsigned int)length;
	/*
	 * The module sets RF in all frames. As on the CPU, it stays where a
	 * repeated instruction has to go on: its breakpoint was taken.
	 */
	if (length)
		frame->rflags &= ~RFLAGS_RF;
	if (unlikely(frame->rflags & RFLAGS_TF))
		trap_single_step(frame);
}

void ve_without_info(const struct trap_frame *frame, uint64_t status)
{
	/* An INT 20, or an interrupt with that vector. */
	ve_fatal(frame, "#VE without VE info: status", status);
}

void tdx_ve_init(void)
{
	trap_set_entry(TRAP_VE, ve_entry);
	trap_set_handler(TRAP_UD, ve_undefined_opcode);
}
