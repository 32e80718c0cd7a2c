/* SPDX-License-Identifier: MIT */
/*
 * A function called with canaries wherever it might forget something: in
 * registers that are no arguments, and in the stack below.
 */

#define STACK_WORDS 256

	.section .text.canary_call, "ax", @progbits
	.globl	canary_call
	.hidden	canary_call
	.type	canary_call, @function
/* RDI function, RSI args, RDX after, RCX canary */
canary_call:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rdx
	pushq	%rdi
	pushq	%rcx			/* stack: canary, function, after */
	movq	%rsi, %rbx
	movq	%rcx, %rax
	leaq	-8*STACK_WORDS(%rsp), %rdi
	movl	$STACK_WORDS, %ecx
	cld
	rep stosq
	movq	%rax, %xmm0
	punpcklqdq %xmm0, %xmm0
	.irp	to, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqa	%xmm0, %xmm\to
	.endr
	movq	0(%rbx), %rdi
	movq	8(%rbx), %rsi
	movq	16(%rbx), %rdx
	.irp	to, rbx, rcx, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	movq	%rax, %\to
	.endr
	call	*8(%rsp)
	pushq	%rsi
	movq	0x18(%rsp), %rsi	/* struct ve_registers */
	movq	%rax, 0x00(%rsi)
	movq	%rcx, 0x08(%rsi)
	movq	%rdx, 0x10(%rsi)
	movq	%rbx, 0x18(%rsi)
	movq	%rbp, 0x28(%rsi)
	movq	%rdi, 0x38(%rsi)
	movq	%r8, 0x40(%rsi)
	movq	%r9, 0x48(%rsi)
	movq	%r10, 0x50(%rsi)
	movq	%r11, 0x58(%rsi)
	movq	%r12, 0x60(%rsi)
	movq	%r13, 0x68(%rsi)
	movq	%r14, 0x70(%rsi)
	movq	%r15, 0x78(%rsi)
	popq	0x30(%rsi)
	addq	$24, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size	canary_call, . - canary_call

	.section .note.GNU-stack, "", @progbits
