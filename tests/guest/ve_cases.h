/* SPDX-License-Identifier: MIT */
/*
 * Single instructions that raise #VE, executed with all registers under the
 * test's control (ve_cases.S).
 */
#ifndef TESTS_GUEST_VE_CASES_H
#define TESTS_GUEST_VE_CASES_H

#include "lib/compiler.h"
#include "lib/types.h"

/* In the order of the encoding; RSP is not loaded and not stored. */
struct ve_registers {
	uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rflags;
};
ASSERT_FIELD(struct ve_registers, rbx, 0x18, 8);
ASSERT_FIELD(struct ve_registers, r8, 0x40, 8);
ASSERT_FIELD(struct ve_registers, rflags, 0x80, 8);
ASSERT_SIZE(struct ve_registers, 0x88);

/* Distances from each field's own address. */
struct ve_case {
	int32_t code;
	int32_t text;
};
ASSERT_SIZE(struct ve_case, 8);

/* Memory at RBX, RBP, R12 and R13; RSI = 8, RDI = -8 as indices. */
extern const struct ve_case ve_mmio_cases[], ve_mmio_cases_end[];
/* In pairs: A0 to A3 with VE_MMIO_ADDRESS, and the same with (%rbx). */
extern const struct ve_case ve_moffs_cases[], ve_moffs_cases_end[];

/* The forms whose cost is measured, and their names, one after another. */
extern const struct ve_case ve_cost_cases[], ve_cost_cases_end[];
extern const char ve_cost_names[];

extern const struct ve_case ve_in8_imm[], ve_in8[], ve_in16[], ve_in32[];
extern const struct ve_case ve_out8_imm[], ve_out8[], ve_out16[], ve_out32[];
extern const struct ve_case ve_ins8[], ve_rep_ins8[], ve_rep_ins8_a32[];
extern const struct ve_case ve_outs8[], ve_rep_outs16[], ve_rep_outs32[];
extern const struct ve_case ve_rep_outs8_gs[];
extern const struct ve_case ve_hlt[], ve_sti_hlt[], ve_cpuid[], ve_int20[];
extern const struct ve_case ve_wbinvd[], ve_vmcall[], ve_rdmsr[], ve_wrmsr[];
/* XCHG RSP with RAX; NOP; and back. */
extern const struct ve_case ve_no_stack[];
/* tdvmcall_*() of arch/x86/tdx/tdcall.h, called. */
extern const struct ve_case tdx_call_io_read[], tdx_call_io_write[];
extern const struct ve_case tdx_call_rdmsr[], tdx_call_wrmsr[], tdx_call_hlt[];
extern const struct ve_case ve_mmio_add[], ve_mmio_load32[];
extern const struct ve_case ve_mmio_store32[], ve_mmio_load16[];
extern const struct ve_case ve_mmio_movsx8[], ve_mmio_movsx16[];
extern const struct ve_case ve_mmio_constant[], ve_mmio_load_ch[];
extern const struct ve_case ve_mmio_store_dh[], ve_mmio_store8[];
extern const struct ve_case ve_mmio_stos8[];
extern const struct ve_case ve_mmio_cmpxchg[], ve_mmio_lock_add[];

/* Loads all registers, executes the one instruction, stores all registers. */
void ve_case_run(const struct ve_case *what, struct ve_registers *registers);

/* Where the instruction lies. */
static inline uint64_t ve_case_code(const struct ve_case *what)
{
	return (uintptr_t)&what->code + (uint64_t)(int64_t)what->code;
}

static inline const char *ve_case_text(const struct ve_case *what)
{
	return (const char *)&what->text + what->text;
}

#endif
