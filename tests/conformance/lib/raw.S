/* SPDX-License-Identifier: MIT */
/*
 * How a trial enters the code under judgement and comes back. It is entered
 * by IRETQ, so that every register, flag, selector and privilege is the
 * trial's to choose; it is left by whatever exception or interrupt comes
 * first, of which INT3 behind the code is the one that says "completed". All
 * entries of the trial's IDT lead to trial_leave, on a stack of their own.
 *
 * The offsets are those of struct trial (trial.h).
 */
#include "tests/conformance/lib/trial.h"

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP: the CPU pushes an error code. */
#define HAVE_ERROR_CODE 0x00227D00

	.section .text.trial, "ax", @progbits
	.globl	trial_enter
	.hidden	trial_enter
	.type	trial_enter, @function
trial_enter:				/* void (struct trial *) */
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, trial_stack(%rip)
	movq	%rdi, trial_current(%rip)
	pushq	TRIAL_SS(%rdi)
	pushq	TRIAL_GPR + 8 * TRIAL_RSP(%rdi)
	pushq	TRIAL_RFLAGS(%rdi)
	pushq	TRIAL_CS(%rdi)
	pushq	TRIAL_RIP(%rdi)
	cmpq	$0, TRIAL_STACK(%rdi)
	je	1f
	movq	TRIAL_STACK(%rdi), %rsp
1:	movq	0x00(%rdi), %rax
	movq	0x08(%rdi), %rcx
	movq	0x10(%rdi), %rdx
	movq	0x18(%rdi), %rbx
	movq	0x28(%rdi), %rbp
	movq	0x30(%rdi), %rsi
	movq	0x40(%rdi), %r8
	movq	0x48(%rdi), %r9
	movq	0x50(%rdi), %r10
	movq	0x58(%rdi), %r11
	movq	0x60(%rdi), %r12
	movq	0x68(%rdi), %r13
	movq	0x70(%rdi), %r14
	movq	0x78(%rdi), %r15
	movq	0x38(%rdi), %rdi
	iretq

trial_leave:				/* vector, error code, CPU's frame */
	pushq	%rdi
	movq	trial_current(%rip), %rdi
	movq	%rax, 0x00(%rdi)
	movq	%rcx, 0x08(%rdi)
	movq	%rdx, 0x10(%rdi)
	movq	%rbx, 0x18(%rdi)
	movq	%rbp, 0x28(%rdi)
	movq	%rsi, 0x30(%rdi)
	movq	%r8, 0x40(%rdi)
	movq	%r9, 0x48(%rdi)
	movq	%r10, 0x50(%rdi)
	movq	%r11, 0x58(%rdi)
	movq	%r12, 0x60(%rdi)
	movq	%r13, 0x68(%rdi)
	movq	%r14, 0x70(%rdi)
	movq	%r15, 0x78(%rdi)
	popq	0x38(%rdi)
	popq	TRIAL_VECTOR(%rdi)
	popq	TRIAL_ERROR(%rdi)
	popq	TRIAL_RIP(%rdi)
	popq	TRIAL_CS(%rdi)
	popq	TRIAL_RFLAGS(%rdi)
	popq	TRIAL_GPR + 8 * TRIAL_RSP(%rdi)
	popq	TRIAL_SS(%rdi)
	movq	trial_stack(%rip), %rsp
	movl	$TRIAL_SELECTOR_DATA, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	cld
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size	trial_enter, . - trial_enter

	/* Vector n starts at trial_stubs + n * TRIAL_STUB_SIZE. */
	.globl	trial_stubs
	.hidden	trial_stubs
	.balign	TRIAL_STUB_SIZE
trial_stubs:
	.set	vector, 0
	.rept	256
	.balign	TRIAL_STUB_SIZE
	.if	vector >= 32 || !((HAVE_ERROR_CODE >> (vector & 31)) & 1)
	pushq	$0
	.endif
	pushq	$vector
	jmp	trial_leave
	.set	vector, vector + 1
	.endr

	.globl	trial_sidt
	.hidden	trial_sidt
trial_sidt:				/* void (struct cpu_table_register *) */
	sidt	(%rdi)
	ret

	.section .bss.trial, "aw", @nobits
	.balign	8
trial_stack:
	.skip	8
trial_current:
	.skip	8

	.section .note.GNU-stack, "", @progbits
