/* SPDX-License-Identifier: MIT */
/*
 * The host half's one SEAMCALL. What a host can get wrong on hardware becomes
 * a software status: CF = 1 TDX_SEAMCALL_VMFAILINVALID, an exception
 * TDX_SEAMCALL_FAULT with the vector in its low bits.
 *
 *   seamcall_path: registers in and out as the leaf has them, status in RAX.
 *     Keeps all others; RCX is lost when it faults. Called from inline
 *     assembly in tdh.h and from below, not from C.
 *   uint64_t seamcall_vp_enter(struct vp_registers *regs)
 *     all registers in and out, by number; RAX of the exit is returned.
 *   noreturn void seamcall_vp_run(struct vp_registers *regs, handle)
 *     the same for ever; handle(regs) gives back what it was given. Keeps no
 *     registers, since nobody is left to want them.
 */
#include "emu/vmm/tdh.h"

	.text
	.globl	seamcall_path
seamcall_path:
1:	.byte	0x66, 0x0f, 0x01, 0xcf	/* SEAMCALL */
	jc	2f
	ret
2:	movabsq	$TDX_SEAMCALL_VMFAILINVALID, %rax
	ret
3:	movabsq	$TDX_SEAMCALL_FAULT, %rcx
	orq	%rcx, %rax
	ret

	.section .fixups, "a"
	.quad	1b, 3b

/* Between struct vp_registers at RAX and the CPU. */
	.macro	load_registers
	movq	8(%rax), %rcx
	movq	16(%rax), %rdx
	movq	24(%rax), %rbx
	movq	40(%rax), %rbp
	movq	48(%rax), %rsi
	movq	56(%rax), %rdi
	movq	64(%rax), %r8
	movq	72(%rax), %r9
	movq	80(%rax), %r10
	movq	88(%rax), %r11
	movq	96(%rax), %r12
	movq	104(%rax), %r13
	movq	112(%rax), %r14
	movq	120(%rax), %r15
	.endm
	.macro	store_registers
	movq	%rcx, 8(%rax)
	movq	%rdx, 16(%rax)
	movq	%rbx, 24(%rax)
	movq	%rbp, 40(%rax)
	movq	%rsi, 48(%rax)
	movq	%rdi, 56(%rax)
	movq	%r8, 64(%rax)
	movq	%r9, 72(%rax)
	movq	%r10, 80(%rax)
	movq	%r11, 88(%rax)
	movq	%r12, 96(%rax)
	movq	%r13, 104(%rax)
	movq	%r14, 112(%rax)
	movq	%r15, 120(%rax)
	.endm

	.text
	.globl	seamcall_vp_enter
seamcall_vp_enter:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rdi
	movq	%rdi, %rax
	load_registers
	xorl	%eax, %eax		/* TDH.VP.ENTER */
	call	seamcall_path
	pushq	%rax
	movq	8(%rsp), %rax
	store_registers
	popq	%rax
	popq	%rdi
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.globl	seamcall_vp_run
seamcall_vp_run:
	pushq	%rsi			/* what is called after each exit */
	movq	%rdi, %rax
1:	pushq	%rax
	load_registers
	xorl	%eax, %eax		/* TDH.VP.ENTER */
	call	seamcall_path
	xchgq	%rax, (%rsp)
	store_registers
	popq	(%rax)			/* RAX of the exit */
	movq	%rax, %rdi
	call	*(%rsp)
	jmp	1b

	.section .note.GNU-stack, "", @progbits
