/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own part of a call and of a #VE: its object code, the one that
 * images are linked of, stepped through in a process of the build machine.
 * TDX module and host are tests/unit/fake_td.h's: a TDCALL is one instruction.
 *
 *	call	from the first instruction of a function to its RET
 *	ve	from the first instruction of the #VE's entry to its IRETQ
 *
 * Prints, divided by tabs: kind, name, instructions, bytes of stack (for a
 * call - where it is not known; - for all that this CPU cannot do).
 */
#define _GNU_SOURCE
#include "tests/unit/fake_td.h"

#include "arch/x86/paging.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/tdx/trust.h"
#include "arch/x86/trap.h"
#include "arch/x86/trap_entry.h"
#include "tests/guest/ve_cases.h"

#define SHARED BIT(47)
#define DEVICE_GPA UINT64_C(0x10)
/* No process has anything there: an access faults. */
#define DEVICE (PAGING_SHARED_BASE + DEVICE_GPA)
/* ve_cases.S */
#define VE_MMIO_ADDRESS UINT64_C(0xFFFF8000FED1C120)
#define ELEMENTS 8
#define COM1 UINT64_C(0x3F8)
#define IO_IN 8
#define X2APIC_ID 0x802
#define TSC_DEADLINE 0x6E0
/* RFLAGS: TF, for the steps up to the #VE. */
#define STEPPING 0x102

static struct cpuid cpuid_out;
static uint64_t info_out[4];
static uint32_t string_buffer[1 + ELEMENTS];
static uint64_t value_out;
static struct tdx_hypercall_args args = { .r11 = TDVMCALL_IO,
					  .expose = 0xFC00 };

static void td_host(uint64_t reg[16])
{
	memset(reg, 0, 16 * sizeof(reg[0]));
}

static void td_module(uint64_t reg[16])
{
	td_veinfo_get(reg);
}

/* What the ABI sees of any function here. */
typedef uint64_t (*function)(uint64_t a, uint64_t b, uint64_t c);

struct call {
	const char *name;
	uintptr_t function;
	uint64_t a, b, c;
	bool is_whole;		/* in tdcall.S, all of it */
};

static const struct call calls[] = {
	{ "hlt", (uintptr_t)tdvmcall_hlt_sti, 0, 0, 0, true },
	{ "hlt_masked", (uintptr_t)tdvmcall_hlt_masked, 0, 0, 0, true },
	{ "rdmsr", (uintptr_t)tdvmcall_rdmsr, X2APIC_ID, 0, 0, true },
	{ "wrmsr", (uintptr_t)tdvmcall_wrmsr, TSC_DEADLINE, 0, 0, true },
	{ "in8", (uintptr_t)tdvmcall_io_read, COM1, 1, 0, true },
	{ "out8", (uintptr_t)tdvmcall_io_write, COM1, 1, 0, true },
	{ "mmio_read32", (uintptr_t)tdvmcall_mmio_read, SHARED, 4, 0, true },
	{ "mmio_write32", (uintptr_t)tdvmcall_mmio_write, SHARED, 4, 1, true },
	{ "cpuid", (uintptr_t)tdvmcall_cpuid, 0x40000000, 0,
	  (uintptr_t)&cpuid_out, true },
	{ "map_gpa", (uintptr_t)tdvmcall_map_gpa, 0x1000, 0x1000, 0, true },
	{ "call_info", (uintptr_t)tdvmcall_get_td_vm_call_info, 0,
	  (uintptr_t)info_out, 0, true },
	{ "any", (uintptr_t)__tdx_hypercall, (uintptr_t)&args, 0, 0, true },
	/* With counting, cutting and checking, as the kernel uses them. */
	{ "tdx_safe_halt", (uintptr_t)tdx_safe_halt, 0, 0, 0, false },
	{ "tdx_io_read", (uintptr_t)tdx_io_read, COM1, 1, 0, false },
	{ "tdx_io_write", (uintptr_t)tdx_io_write, COM1, 1, 0, false },
	{ "tdx_mmio_read", (uintptr_t)tdx_mmio_read, 0x1000, 4, 0, false },
	{ "tdx_mmio_write", (uintptr_t)tdx_mmio_write, 0x1000, 2, 1, true },
	{ "tdx_rdmsr", (uintptr_t)tdx_rdmsr, X2APIC_ID, (uintptr_t)&value_out,
	  0, false },
	{ "tdx_wrmsr", (uintptr_t)tdx_wrmsr, TSC_DEADLINE, 0, 0, false },
};

/* Once the other form of the halt is chosen. */
static const struct call masked_halt = {
	"tdx_safe_halt_masked", (uintptr_t)tdx_safe_halt, 0, 0, 0, false,
};

/* Not inlined, and the same code for all: what differs is the function. */
static noinline uint64_t steps_of(uintptr_t what, uint64_t a, uint64_t b,
				  uint64_t c)
{
	const volatile function called = (function)what;

	td.interrupts = false;
	td.stack = 0;
	td_step_begin();
	called(a, b, c);
	td_step_end();
	return td.steps;
}

static void count_call(const struct call *call, uint64_t around)
{
	const uint64_t steps =
		steps_of(call->function, call->a, call->b, call->c);
	const uint64_t count = steps - around;

	if (call->is_whole) {
		printf("call\t%s\t%u\t%" PRIu64 "\n", call->name,
		       td.instructions, td.stack);
		expect_u64(count, td.instructions, call->name);
	} else {
		printf("call\t%s\t%" PRIu64 "\t-\n", call->name, count);
	}
}

static void count_calls(void)
{
	/* What is stepped through besides, from one that is counted apart. */
	const uint64_t steps = steps_of((uintptr_t)tdvmcall_hlt_sti, 0, 0, 0);
	const uint64_t around = steps - td.instructions;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		count_call(&calls[i], around);
	tdx_set_masked_halt(true);
	count_call(&masked_halt, around);
	tdx_set_masked_halt(false);
}

static struct ve_registers start(uint64_t rax, uint64_t rcx)
{
	return (struct ve_registers){
		.rax = rax, .rcx = rcx, .rdx = COM1, .rbx = DEVICE,
		.rbp = DEVICE, .rsi = (uintptr_t)info_out, .rdi = DEVICE,
		.r12 = DEVICE, .r13 = DEVICE, .rflags = STEPPING,
	};
}

static void step_ve(const struct ve_case *what, struct ve_registers *regs,
		    struct tdg_veinfo ve)
{
	td.ve = ve;
	td.ve_instructions = 0;
	td_step_begin();
	td.raises_ve = true;
	ve_case_run(what, regs);
	td_step_end();
	expect_true(!td.is_in_ve && td.ve_instructions, ve_case_text(what));
}

static void show_ve(const char *name)
{
	printf("ve\t%s\t%u\t%" PRIu64 "\n", name, td.ve_instructions,
	       td.ve_stack);
}

static void count_simple(const char *name, const struct ve_case *what,
			 uint64_t reason, uint64_t qualification, uint64_t rax,
			 uint64_t rcx)
{
	const uint32_t length = what == ve_in8 || what == ve_out8 ||
				what == ve_in32 || what == ve_hlt ? 1 : 2;
	struct ve_registers regs = start(rax, rcx);

	step_ve(what, &regs,
		(struct tdg_veinfo){ .reason = reason,
				     .qualification = qualification,
				     .length = length });
	show_ve(name);
}

static struct tdg_veinfo violation(uint64_t gla)
{
	return (struct tdg_veinfo){
		.reason = TDX_VE_EPT_VIOLATION,
		.qualification = TDX_VE_EPT_READ | TDX_VE_EPT_GLA_VALID,
		.gla = gla,
		.gpa = SHARED | (gla - PAGING_SHARED_BASE),
	};
}

/* Of a string instruction: the device is what its name says. */
static void step_string(const char *name, const struct ve_case *what,
			uint64_t count)
{
	const uint64_t buffer = (uintptr_t)string_buffer;
	struct ve_registers regs = start(1, count);

	regs.rsi = strstr(name, "load") ? DEVICE : buffer;
	regs.rdi = strstr(name, "load") ? buffer : DEVICE;
	step_ve(what, &regs, violation(DEVICE));
}

/* For each element but the first. */
static void count_rep(const char *name, const struct ve_case *what)
{
	unsigned int first;

	step_string(name, what, 1);
	first = td.ve_instructions;
	step_string(name, what, 1 + ELEMENTS);
	td.ve_instructions -= first;
	td.ve_instructions /= ELEMENTS;
	show_ve(name);
}

static void count_form(const char *name, const struct ve_case *what)
{
	struct ve_registers regs = start(1, 1);

	td.msr_gs_base = DEVICE;
	if (!strncmp(name, "vmov", 4) && !__builtin_cpu_supports("avx")) {
		printf("ve\t%s\t-\t-\n", name);
		return;
	}
	if (!strncmp(name, "rep_", 4)) {
		count_rep(name, what);
		return;
	}
	if (strstr(name, "stos") || !strncmp(name, "movs_", 5)) {
		step_string(name, what, 1);
	} else {
		regs.rsi = 8;
		step_ve(what, &regs, violation(strcmp(name, "mov_absolute") ?
					       DEVICE : VE_MMIO_ADDRESS));
	}
	show_ve(name);
}

static void count_forms(void)
{
	const char *name = ve_cost_names;

	for (const struct ve_case *at = ve_cost_cases; at < ve_cost_cases_end;
	     at++) {
		count_form(name, at);
		name += strlen(name) + 1;
	}
}

/* A string of one element, between COM1 and memory. */
static void count_port_string(const char *name, const struct ve_case *what,
			      uint64_t direction)
{
	struct ve_registers regs = start(1, 1);

	regs.rsi = regs.rdi = (uintptr_t)string_buffer;
	step_ve(what, &regs,
		(struct tdg_veinfo){ .reason = TDX_VE_IO,
				     .qualification =
					     COM1 << TDX_VE_IO_PORT_SHIFT |
					     TDX_VE_IO_STRING | direction,
				     .length = 1 });
	show_ve(name);
}

static void count_exceptions(void)
{
	count_simple("cpuid_host", ve_cpuid, TDX_VE_CPUID, 0, 0x40000000, 0);
	count_simple("cpuid_local", ve_cpuid, TDX_VE_CPUID, 0, 2, 0);
	count_simple("rdmsr", ve_rdmsr, TDX_VE_RDMSR, 0, 0, X2APIC_ID);
	count_simple("wrmsr", ve_wrmsr, TDX_VE_WRMSR, 0, 0, TSC_DEADLINE);
	count_simple("in8", ve_in8, TDX_VE_IO,
		     COM1 << TDX_VE_IO_PORT_SHIFT | IO_IN, 0, 0);
	count_simple("out8", ve_out8, TDX_VE_IO, COM1 << TDX_VE_IO_PORT_SHIFT,
		     0, 0);
	count_simple("in32", ve_in32, TDX_VE_IO,
		     COM1 << TDX_VE_IO_PORT_SHIFT | IO_IN | 3, 0, 0);
	count_simple("hlt", ve_hlt, TDX_VE_HLT, 0, 0, 0);
	count_port_string("ins8", ve_ins8, IO_IN);
	count_port_string("outs8", ve_outs8, 0);
}

static void on_fatal(const struct trap_frame *frame, const char *what)
{
	(void)frame;
	printf("fatal: %s\n", what);
	fflush(stdout);
	_Exit(EXIT_FAILURE);
}

int main(void)
{
	td_init();
	td.ve_flags = BIT(16);
	td.ve_entry = ve_entry;
	tdx_gpa_shared = SHARED;
	trap_set_fatal_sink(on_fatal);
	trust_init();
	tdx_ve_init();
	count_calls();
	count_exceptions();
	count_forms();
	return expect_failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
