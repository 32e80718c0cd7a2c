/* SPDX-License-Identifier: MIT */
/*
 * Entries of exceptions and interrupts. The CPU aligns the stack to 16 bytes
 * and pushes the upper part of struct trap_frame, we push the rest:
 *
 *	offset	field		pushed by
 *	0xA8	ss		CPU
 *	0xA0	rsp		CPU
 *	0x98	rflags		CPU
 *	0x90	cs		CPU
 *	0x88	rip		CPU
 *	0x80	error_code	CPU (HAVE_ERROR_CODE) or stub
 *	0x78	vector		stub
 *	0x70	rax		trap_entry
 *	...	rbx to r14	trap_entry
 *	0x00	r15		trap_entry
 *
 * The kernel is compiled without SSE, so SSE registers stay what they are.
 */
#include "arch/x86/descriptors.h"
#include "arch/x86/frame.h"

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, #VC, #SX */
#define HAVE_ERROR_CODE 0x60227D00

#define STUB_SIZE 16

	.section .text.trap_entry, "ax", @progbits

	/* trap_stubs[vector] starts at trap_stubs + vector * STUB_SIZE. */
	.globl	trap_stubs
	.hidden	trap_stubs
	.balign	STUB_SIZE
trap_stubs:
	.set	vector, 0
	.rept	256
	.balign	STUB_SIZE
	.if	vector >= 32 || !((HAVE_ERROR_CODE >> (vector & 31)) & 1)
	pushq	$0
	.endif
	pushq	$vector
	jmp	trap_entry
	.set	vector, vector + 1
	.endr

trap_entry:				/* void trap_dispatch(frame) */
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cld
	movq	%rsp, %rdi
	call	trap_dispatch
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	addq	$(FRAME_RIP - FRAME_VECTOR), %rsp
	iretq

	/* A GDT is in force for CS only after a far transfer. */
	.globl	trap_load_selectors
	.hidden	trap_load_selectors
trap_load_selectors:			/* void (void) */
	movl	$SELECTOR_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	popq	%rax
	pushq	$SELECTOR_CODE
	pushq	%rax
	lretq

	.section .note.GNU-stack, "", @progbits
