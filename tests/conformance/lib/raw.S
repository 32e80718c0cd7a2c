/* SPDX-License-Identifier: MIT */
/*
 * How a probe enters the code under judgement and comes back. It is entered
 * by IRETQ, so that every register, flag, selector and privilege is the
 * probe's to choose; it is left by whatever exception or interrupt comes
 * first, of which INT3 behind the code is the one that says "completed". All
 * entries of the probe's IDT lead to probe_leave, on a stack of their own.
 *
 * The offsets are those of struct probe (probe.h).
 */
#include "tests/conformance/lib/probe.h"

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP: the CPU pushes an error code. */
#define HAVE_ERROR_CODE 0x00227D00

	.section .text.probe, "ax", @progbits
	.globl	probe_enter
	.hidden	probe_enter
	.type	probe_enter, @function
probe_enter:				/* void (struct probe *) */
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, probe_stack(%rip)
	movq	%rdi, probe_current(%rip)
	pushq	PROBE_SS(%rdi)
	pushq	PROBE_GPR + 8 * PROBE_RSP(%rdi)
	pushq	PROBE_RFLAGS(%rdi)
	pushq	PROBE_CS(%rdi)
	pushq	PROBE_RIP(%rdi)
	movq	0x00(%rdi), %rax
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

probe_leave:				/* vector, error code, CPU's frame */
	pushq	%rdi
	movq	probe_current(%rip), %rdi
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
	popq	PROBE_VECTOR(%rdi)
	popq	PROBE_ERROR(%rdi)
	popq	PROBE_RIP(%rdi)
	popq	PROBE_CS(%rdi)
	popq	PROBE_RFLAGS(%rdi)
	popq	PROBE_GPR + 8 * PROBE_RSP(%rdi)
	popq	PROBE_SS(%rdi)
	movq	probe_stack(%rip), %rsp
	movl	$PROBE_SELECTOR_DATA, %eax
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
	.size	probe_enter, . - probe_enter

	/* Vector n starts at probe_stubs + n * PROBE_STUB_SIZE. */
	.globl	probe_stubs
	.hidden	probe_stubs
	.balign	PROBE_STUB_SIZE
probe_stubs:
	.set	vector, 0
	.rept	256
	.balign	PROBE_STUB_SIZE
	.if	vector >= 32 || !((HAVE_ERROR_CODE >> (vector & 31)) & 1)
	pushq	$0
	.endif
	pushq	$vector
	jmp	probe_leave
	.set	vector, vector + 1
	.endr

	.globl	probe_sidt
	.hidden	probe_sidt
probe_sidt:				/* void (struct cpu_table_register *) */
	sidt	(%rdi)
	ret

	.section .bss.probe, "aw", @nobits
	.balign	8
probe_stack:
	.skip	8
probe_current:
	.skip	8

	.section .note.GNU-stack, "", @progbits
