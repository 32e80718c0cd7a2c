/* SPDX-License-Identifier: MIT */
/*
 * SEAMCALL for the host half. What a host can get wrong on hardware becomes a
 * software status here too: CF = 1 is TDX_SEAMCALL_VMFAILINVALID.
 *
 *   uint64_t seamcall_ret(uint64_t leaf, struct seamcall_args *args)
 *     args: RCX, RDX, R8, R9, R10, R11 in and out.
 *   uint64_t seamcall_vp_enter(struct vp_registers *regs)
 *     all registers in and out, by number; RAX of the exit is returned.
 */
#include "emu/vmm/tdh.h"

	.macro	seamcall
	.byte	0x66, 0x0f, 0x01, 0xcf
	.endm

	.text
	.globl	seamcall_ret
seamcall_ret:
	pushq	%rsi
	movq	%rdi, %rax
	movq	SEAMCALL_ARGS_RCX(%rsi), %rcx
	movq	SEAMCALL_ARGS_RDX(%rsi), %rdx
	movq	SEAMCALL_ARGS_R8(%rsi), %r8
	movq	SEAMCALL_ARGS_R9(%rsi), %r9
	movq	SEAMCALL_ARGS_R10(%rsi), %r10
	movq	SEAMCALL_ARGS_R11(%rsi), %r11
	seamcall
	popq	%rsi
	jc	1f
	movq	%rcx, SEAMCALL_ARGS_RCX(%rsi)
	movq	%rdx, SEAMCALL_ARGS_RDX(%rsi)
	movq	%r8, SEAMCALL_ARGS_R8(%rsi)
	movq	%r9, SEAMCALL_ARGS_R9(%rsi)
	movq	%r10, SEAMCALL_ARGS_R10(%rsi)
	movq	%r11, SEAMCALL_ARGS_R11(%rsi)
	ret
1:	movabsq	$TDX_SEAMCALL_VMFAILINVALID, %rax
	ret

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
	xorl	%eax, %eax		/* TDH.VP.ENTER */
	seamcall
	pushq	%rax
	movq	8(%rsp), %rax
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
	popq	%rax
	popq	%rdi
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
