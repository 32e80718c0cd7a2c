/* SPDX-License-Identifier: MIT */
/*
 * A TD inside a process of the build machine: TDCALL and the privileged
 * instructions fault there, and the signal handlers below do what the TDX
 * module and the CPU would do. What happens inside tdcall.S is stepped
 * through and counted. Written from the specification, not from tdcall.S.
 *
 * The program that includes this defines the host: td_host() gets what a VMM
 * sees at TDH.VP.ENTER's return, all 16 registers in the order of their
 * numbers, and leaves in them what the VMM answers.
 */
#ifndef TESTS_UNIT_FAKE_TD_H
#define TESTS_UNIT_FAKE_TD_H

#include <setjmp.h>
#include <signal.h>
#include <ucontext.h>

#include "tests/unit/expect.h"

#include "arch/x86/tdx/tdcall.h"

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13,
       R14, R15 };

static const char *const td_register_names[16] = {
	"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9",
	"R10", "R11", "R12", "R13", "R14", "R15",
};

static void td_host(uint64_t reg[16]);
/* All leaves but 0; sets RAX too. */
static void td_module(uint64_t reg[16]);

static struct {
	/* Of the last TDG.VP.VMCALL: */
	uint64_t mask;
	uint64_t seen[16];	/* by the host */
	bool is_after_sti;
	unsigned int calls;
	/* Of the last function of tdcall.S: */
	uint64_t before[16];
	uint64_t after[16];
	unsigned int instructions;
	uint64_t stack;		/* deepest use, with the return address */
	/* The CPU: */
	bool interrupts;
	uint64_t msr_gs_base, msr_fs_base, dr6;
	bool fail_vmcall;	/* the module refuses the next one */
	/* The next fault outside of tdcall.S is a #VE with this VE info: */
	bool raises_ve, is_ve_valid;
	struct tdg_veinfo ve;
	void (*ve_entry)(void);	/* of the IDT, vector 20 */
	uint64_t ve_flags;		/* more RFLAGS of its frame */
	uint64_t ve_rip, ve_rsp;
	bool is_in_ve;
	uint64_t steps;		/* all instructions since td_step_begin() */
	unsigned int ve_instructions;
	uint64_t ve_stack;
	/* Inner state. */
	uint64_t sti_end;
	bool is_stepping, is_inside;
	sigjmp_buf refused;
	bool expects_refusal;
	uint64_t refused_rip;
} td;

static const int td_greg[16] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI,
	REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13,
	REG_R14, REG_R15,
};

static void td_get(const ucontext_t *context, uint64_t reg[16])
{
	for (int i = 0; i < 16; i++)
		reg[i] = (uint64_t)context->uc_mcontext.gregs[td_greg[i]];
}

static void td_put(ucontext_t *context, const uint64_t reg[16])
{
	for (int i = 0; i < 16; i++)
		context->uc_mcontext.gregs[td_greg[i]] = (greg_t)reg[i];
}

static bool td_is_inside(uint64_t rip)
{
	return rip >= (uintptr_t)tdcall_start && rip < (uintptr_t)tdcall_end;
}

/* MOD, TDG.VP.VMCALL: what crosses, and how it comes back. */
static void td_vmcall(uint64_t reg[16], uint64_t rip)
{
	uint64_t view[16];
	const uint64_t mask = reg[RCX];

	if (td.fail_vmcall || mask >> 32 || mask & 0x13) {
		td.fail_vmcall = false;
		reg[RAX] = UINT64_C(0xC000010000000001);
		return;
	}
	for (int i = 0; i < 16; i++)
		view[i] = mask >> i & 1 ? reg[i] : 0;
	td.mask = mask;
	td.is_after_sti = td.sti_end == rip;
	td.calls++;
	memcpy(td.seen, view, sizeof(td.seen));
	td_host(view);
	for (int i = 0; i < 16; i++)
		if (mask >> i & 1)
			reg[i] = view[i];
	reg[RAX] = 0;
}

static bool td_emulate(ucontext_t *context, const uint8_t *code,
		       uint64_t *rip)
{
	uint64_t reg[16];
	uint64_t *msr;

	td_get(context, reg);
	if (memcmp(code, "\x66\x0F\x01\xCC", 4) == 0) {
		if (reg[RAX])
			td_module(reg);
		else
			td_vmcall(reg, *rip);
		*rip += 4;
	} else if (code[0] == 0xFB || code[0] == 0xFA) {
		td.interrupts = code[0] == 0xFB;
		*rip += 1;
		td.sti_end = td.interrupts ? *rip : 0;
	} else if (code[0] == 0x0F && (code[1] == 0x32 || code[1] == 0x30)) {
		msr = (uint32_t)reg[RCX] == MSR_GS_BASE ? &td.msr_gs_base :
							   &td.msr_fs_base;
		if (code[1] == 0x30)
			*msr = reg[RDX] << 32 | (uint32_t)reg[RAX];
		reg[RAX] = (uint32_t)*msr;
		reg[RDX] = *msr >> 32;
		*rip += 2;
	} else if (code[0] == 0x0F && (code[1] == 0x21 || code[1] == 0x23)) {
		if (code[1] == 0x21)
			reg[code[2] & 7] = td.dr6;
		else
			td.dr6 = reg[code[2] & 7];
		*rip += 3;
	} else {
		return false;
	}
	td_put(context, reg);
	return true;
}

/* What the module and the CPU do for a #VE: see MOD, #VE Injection. */
static void td_raise_ve(ucontext_t *context)
{
	greg_t *greg = context->uc_mcontext.gregs;
	uint64_t selectors = (uint64_t)greg[REG_CSGSFS];
	uint64_t *stack;

	td.raises_ve = false;
	td.is_ve_valid = true;
	td.is_in_ve = true;
	td.ve_instructions = 1;
	td.ve_rip = (uint64_t)greg[REG_RIP];
	td.ve_rsp = ((uint64_t)greg[REG_RSP] - 128) & ~0xFUL;
	td.ve_stack = 0;
	stack = (uint64_t *)td.ve_rsp;
	*--stack = selectors >> 48;
	*--stack = (uint64_t)greg[REG_RSP];
	/* RF set by the module; TF is the stepping's, and ends with it. */
	*--stack = ((uint64_t)greg[REG_EFL] & ~0x100UL) | td.ve_flags;
	*--stack = selectors & 0xFFFF;
	*--stack = td.ve_rip;
	greg[REG_RSP] = (greg_t)stack;
	greg[REG_RIP] = (greg_t)td.ve_entry;
}

/* MOD, TDG.VP.VEINFO.GET */
static inline void td_veinfo_get(uint64_t reg[16])
{
	const struct tdg_veinfo none = { 0 };
	const struct tdg_veinfo *ve = td.is_ve_valid ? &td.ve : &none;

	reg[RAX] = td.is_ve_valid ? 0 : UINT64_C(0xC000070400000000);
	reg[RCX] = ve->reason;
	reg[RDX] = ve->qualification;
	reg[R8] = ve->gla;
	reg[R9] = ve->gpa;
	reg[R10] = ve->length | (uint64_t)ve->information << 32;
	td.is_ve_valid = false;
}

static void td_on_fault(int signal_number, siginfo_t *info, void *argument)
{
	ucontext_t *context = argument;
	uint64_t rip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
	const uint8_t *code = (const uint8_t *)rip;

	(void)info;
	if (td.expects_refusal && code[0] == 0x0F && code[1] == 0x0B) {
		td.refused_rip = rip;
		td_get(context, td.after);
		siglongjmp(td.refused, 1);
	}
	if (td.raises_ve && !td_is_inside(rip)) {
		td_raise_ve(context);
		return;
	}
	if (!td_emulate(context, code, &rip)) {
		signal(signal_number, SIG_DFL);
		return;
	}
	td.ve_instructions++;
	td.steps++;
	context->uc_mcontext.gregs[REG_RIP] = (greg_t)rip;
	/* The instruction that was skipped raised no SIGTRAP. */
	if (td.is_stepping && td_is_inside(rip))
		td.instructions++;
}

/* From the first instruction of the handler to its IRETQ. */
static void td_step_in_ve(uint64_t rip, uint64_t rsp)
{
	td.ve_instructions++;
	if (memcmp((const void *)rip, "\x48\xCF", 2) == 0)
		td.is_in_ve = false;
	if (td.ve_rsp - rsp > td.ve_stack)
		td.ve_stack = td.ve_rsp - rsp;
}

/* After each instruction; RIP is the next one. */
static void td_on_step(int signal_number, siginfo_t *info, void *argument)
{
	ucontext_t *context = argument;
	const uint64_t rip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
	const uint64_t rsp = (uint64_t)context->uc_mcontext.gregs[REG_RSP];

	(void)signal_number;
	(void)info;
	td.steps++;
	/* CPUID does not fault in a process. */
	if (td.raises_ve && memcmp((const void *)rip, "\x0F\xA2", 2) == 0)
		td_raise_ve(context);
	else if (td.is_in_ve)
		td_step_in_ve(rip, rsp);
	if (td_is_inside(rip) && !td.is_inside) {
		td.is_inside = true;
		td.instructions = 0;
		td.stack = 0;
		td_get(context, td.before);
	}
	if (td.is_inside && !td_is_inside(rip)) {
		td.is_inside = false;
		td_get(context, td.after);
	}
	if (td.is_inside) {
		td.instructions++;
		if (td.before[RSP] + 8 - rsp > td.stack)
			td.stack = td.before[RSP] + 8 - rsp;
	}
}

/* RFLAGS.TF of whoever raised the signal. */
static void td_on_switch(int signal_number, siginfo_t *info, void *argument)
{
	ucontext_t *context = argument;

	(void)info;
	if (signal_number == SIGUSR1)
		context->uc_mcontext.gregs[REG_EFL] |= 0x100;
	else
		context->uc_mcontext.gregs[REG_EFL] &= ~0x100LL;
	td.is_stepping = signal_number == SIGUSR1;
}

static void td_catch(int signal_number, void (*handler)(int, siginfo_t *,
							 void *))
{
	struct sigaction action = { .sa_flags = SA_SIGINFO | SA_NODEFER };

	action.sa_sigaction = handler;
	sigaction(signal_number, &action, NULL);
}

static inline void td_init(void)
{
	td_catch(SIGILL, td_on_fault);
	td_catch(SIGSEGV, td_on_fault);
	td_catch(SIGTRAP, td_on_step);
	td_catch(SIGUSR1, td_on_switch);
	td_catch(SIGUSR2, td_on_switch);
}

static inline void td_step_begin(void)
{
	td.is_inside = false;
	td.steps = 0;
	raise(SIGUSR1);
}

static inline void td_step_end(void)
{
	raise(SIGUSR2);
}

#endif
