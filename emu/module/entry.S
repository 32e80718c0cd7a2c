/* SPDX-License-Identifier: MIT */
/*
 * The module's two ways in and two ways out, as on hardware: SEAMCALL and the
 * guest's exit come in, SEAMRET and VM entry leave. Nothing on the way keeps
 * a register that the other side will not see.
 *
 * On the module's stack, while the guest runs too:
 *	0(%rsp)  the vCPU
 *	8(%rsp)  the frame of the host's SEAMCALL, where its stack ends
 */
#include "emu/svm/svm.h"

/* Between a guest's registers and the CPU's; RAX is what others are at. */
	.macro	each_register move
	\move	0x08, %rcx
	\move	0x10, %rdx
	\move	0x18, %rbx
	\move	0x28, %rbp
	\move	0x30, %rsi
	\move	0x38, %rdi
	\move	0x40, %r8
	\move	0x48, %r9
	\move	0x50, %r10
	\move	0x58, %r11
	\move	0x60, %r12
	\move	0x68, %r13
	\move	0x70, %r14
	\move	0x78, %r15
	.endm
	.macro	load offset, register
	movq	SVM_GPR + \offset(%rax), \register
	.endm
	.macro	store offset, register
	movq	\register, SVM_GPR + \offset(%rax)
	.endm

	.text
	.globl	module_entry
module_entry:				/* RDI: frame, ESI: number of the CPU */
	pushq	%rdi
	subq	$8, %rsp
	call	module_seamcall
	testq	%rax, %rax
	jz	4f
1:	movq	%rax, (%rsp)
	testb	$1, SVM_VMCB_SHADOW(%rax)	/* ZF stays, as moves do */
	each_register load
	movq	SVM_PA(%rax), %rax
	/*
	 * The host's IF = 1 at VMRUN lets a physical interrupt take the CPU
	 * from a guest that has its own off; GIF = 0 keeps it from the host.
	 * QEMU 7.2 takes the shadow of this STI into the guest, and never one
	 * from the VMCB: so it is there exactly when the guest's is due.
	 */
	clgi
	jnz	3f
	sti
	nop
	vmrun
2:	cli
	stgi
	each_register store
	movq	(%rsp), %rdi
	movq	8(%rsp), %rsi
	call	module_td_exit
	testq	%rax, %rax
	jnz	1b
4:	movq	8(%rsp), %rsp
	jmp	trap_return
3:	sti
	vmrun
	jmp	2b

	.section .note.GNU-stack, "", @progbits
