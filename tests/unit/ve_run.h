/* SPDX-License-Identifier: MIT */
/*
 * One instruction that raises #VE, with VE info and a host of the test's
 * choice, from the IDT's entry to IRETQ, in a process (fake_td.h).
 */
#ifndef TESTS_UNIT_VE_RUN_H
#define TESTS_UNIT_VE_RUN_H

#include "tests/unit/fake_td.h"

#include "arch/x86/paging.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/tdx/trust.h"
#include "arch/x86/trap.h"
#include "tests/guest/ve_cases.h"

#define SHARED BIT(47)
/* The kernel's half is not mapped in a process: an access faults. */
#define DEVICE UINT64_C(0x1010)
#define POINTER (PAGING_SHARED_BASE + DEVICE)
#define ANSWER UINT64_C(0x8182838485868788)

static uint64_t host_status;
static char fatal_text[80];
static sigjmp_buf died;

static void td_host(uint64_t reg[16])
{
	for (unsigned int i = 0; i < 16; i++)
		reg[i] = ANSWER;
	reg[R10] = host_status;
}

static void td_module(uint64_t reg[16])
{
	td_veinfo_get(reg);
}

static void on_fatal(const struct trap_frame *frame, const char *what)
{
	(void)frame;
	snprintf(fatal_text, sizeof(fatal_text), "%s", what);
	siglongjmp(died, 1);
}

static inline struct ve_registers start(uint64_t rax, uint64_t rcx,
					uint64_t rdx)
{
	return (struct ve_registers){
		.rax = rax, .rcx = rcx, .rdx = rdx, .rbx = POINTER,
		.rbp = POINTER, .rsi = 8, .rdi = (uint64_t)-8,
		.r8 = 8, .r9 = 9, .r10 = 10, .r11 = 11, .r12 = POINTER,
		.r13 = POINTER, .r14 = 14, .r15 = 15,
		.rflags = 0x102,
	};
}

/* What VE info has above the length. */
static uint32_t information;

/* By how much the linear address is off. */
static uint64_t gla_error;

/* Runs what with this VE info; false: it died, with fatal_text. */
static inline bool run(const struct ve_case *what, struct ve_registers *regs,
		uint64_t reason, uint64_t qualification, uint32_t length,
		uint64_t gpa)
{
	const bool is_stepped = what == ve_cpuid; /* which does not fault */

	td.ve = (struct tdg_veinfo){
		.reason = reason, .qualification = qualification,
		.gpa = gpa,
		.gla = PAGING_SHARED_BASE + (gpa & ~SHARED) + gla_error,
		.length = length, .information = information,
	};
	fatal_text[0] = '\0';
	regs->rflags = (regs->rflags & BIT(10)) | (is_stepped ? 0x102 : 2);
	if (sigsetjmp(died, 1)) {
		td.is_in_ve = false;
		td_step_end();
		return false;
	}
	if (is_stepped)
		td_step_begin();
	td.raises_ve = true;
	ve_case_run(what, regs);
	td_step_end();
	return true;
}

static inline void run_init(void)
{
	td_init();
	td.ve_flags = BIT(16);
	td.ve_entry = ve_entry;
	tdx_gpa_shared = SHARED;
	trust_init();
	trap_set_fatal_sink(on_fatal);
	tdx_ve_init();
}

#endif
