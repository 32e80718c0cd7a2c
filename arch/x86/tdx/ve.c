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
#include "arch/x86/trap_entry.h"

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

void ve_general_protection(struct ve *ve, const char *what, uint64_t value)
{
	if (!trap_fixup(&ve->frame))
		ve_fatal(ve, what, value);
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

static noinline void handle_cpuid(struct ve *ve)
{
	struct trap_frame *frame = &ve->frame;
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
	ve_end(ve, (unsigned int)ve->length);
}

static noinline void handle_hlt(struct ve *ve)
{
	tdx_count_up(TDX_COUNT_VE_HLT);
	tdx_count_up(TDX_COUNT_CALL_HLT);
	if (!(ve->frame.rflags & RFLAGS_IF)) {
		tdvmcall_hlt_blocked();
	} else {
		/* The interrupt that ends it is handled on top of this. */
		tdvmcall_hlt_sti();
		cpu_irq_disable();
	}
	ve_end(ve, (unsigned int)ve->length);
}

static noinline void refuse_rdmsr(struct ve *ve)
{
	ve_general_protection(ve, "host: no RDMSR of",
			      (uint32_t)ve->frame.rcx);
}

static noinline void refuse_wrmsr(struct ve *ve)
{
	ve_general_protection(ve, "host: no WRMSR of",
			      (uint32_t)ve->frame.rcx);
}

static noinline void handle_rdmsr(struct ve *ve)
{
	const uint32_t msr = (uint32_t)ve->frame.rcx;
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_VE_RDMSR);
	if (!trust_may_read_msr(msr)) {
		ve_general_protection(ve, "RDMSR refused:", msr);
		return;
	}
	tdx_count_up(TDX_COUNT_CALL_RDMSR);
	got = tdvmcall_rdmsr(msr);
	if (got.status) {
		refuse_rdmsr(ve);
		return;
	}
	ve->frame.rax = (uint32_t)got.value;
	ve->frame.rdx = got.value >> 32;
	ve_end(ve, (unsigned int)ve->length);
}

static noinline void handle_wrmsr(struct ve *ve)
{
	const uint32_t msr = (uint32_t)ve->frame.rcx;
	const uint64_t value = ve->frame.rdx << 32 | (uint32_t)ve->frame.rax;

	tdx_count_up(TDX_COUNT_VE_WRMSR);
	if (!trust_may_write_msr(msr)) {
		ve_general_protection(ve, "WRMSR refused:", msr);
		return;
	}
	tdx_count_up(TDX_COUNT_CALL_WRMSR);
	if (tdvmcall_wrmsr(msr, value)) {
		refuse_wrmsr(ve);
		return;
	}
	ve_end(ve, (unsigned int)ve->length);
}

static uint64_t merge(uint64_t old, unsigned int size, uint64_t value)
{
	const uint64_t mask = tdx_size_masks[size];

	/* 4 bytes clear the upper half, 1 and 2 leave the rest alone. */
	return size == 4 ? value : (old & ~mask) | value;
}

static noinline void handle_io(struct ve *ve)
{
	const uint64_t io = ve->qualification;
	const uint16_t port = (uint16_t)(io >> TDX_VE_IO_PORT_SHIFT);
	const unsigned int size = (io & TDX_VE_IO_SIZE_MASK) + 1;

	tdx_count_up(TDX_COUNT_VE_IO);
	if (size != 1 && size != 2 && size != 4)
		ve_fatal(ve, "#VE: port I/O of what size?", io);
	if (io & TDX_VE_IO_STRING) {
		ve_string_io(ve);
		return;
	}
	if (io & TDX_VE_IO_IN)
		ve->frame.rax = merge(ve->frame.rax, size,
				      tdx_io_read(port, size));
	else
		tdx_io_write(port, size, (uint32_t)ve->frame.rax);
	ve_end(ve, (unsigned int)ve->length);
}

typedef void (*ve_handler)(struct ve *ve);

/*
 * NULL for VMCALL, WBINVD, a forbidden CR bit and the like: nobody here can
 * say what the program meant to happen.
 */
static ve_handler find_handler(unsigned int reason)
{
	switch (reason) {
	case TDX_VE_CPUID:
		return handle_cpuid;
	case TDX_VE_HLT:
		return handle_hlt;
	case TDX_VE_IO:
		return handle_io;
	case TDX_VE_RDMSR:
		return handle_rdmsr;
	case TDX_VE_WRMSR:
		return handle_wrmsr;
	case VE_REFUSED_RDMSR:
		return refuse_rdmsr;
	case VE_REFUSED_WRMSR:
		return refuse_wrmsr;
	default:
		return NULL;
	}
}

void ve_dispatch(struct ve *ve, unsigned int reason)
{
	const ve_handler handle = find_handler(reason);

	/* Before its length: not each of these has one. */
	if (!handle)
		ve_fatal(ve, "#VE: unexpected exit reason", reason);
	if (ve->length - 1 >= INSN_LENGTH_MAX)
		ve_fatal(ve, "#VE: instruction length", ve->length);
	handle(ve);
}

void ve_single_step(struct ve *ve)
{
	uint64_t dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" : : "r"(dr6 | DR6_SINGLE_STEP));
	ve->frame.vector = TRAP_DB;
	ve->frame.error_code = 0;
	trap_dispatch(&ve->frame);
}

void ve_without_info(struct ve *ve, uint64_t status)
{
	/* An INT 20, or an interrupt with that vector. */
	ve_fatal(ve, "#VE without VE info: status", status);
}

void tdx_ve_init(void)
{
	trap_set_entry(TRAP_VE, ve_entry);
	trap_set_handler(TRAP_UD, ve_undefined_opcode);
}
