/* SPDX-License-Identifier: MIT */
/*
 * The TDCALL instruction, for the two assembly files that have it: tdcall.S
 * (functions) and ve_entry.S (the #VE's entry). For assembly alone.
 */
#ifndef ARCH_X86_TDX_TDCALL_ASM_H
#define ARCH_X86_TDX_TDCALL_ASM_H
#ifdef __ASSEMBLER__

#include "arch/x86/tdx/abi.h"
#include "arch/x86/tdx/tdcall.h"

#define R10 TDVMCALL_EXPOSE_R10
#define R11 TDVMCALL_EXPOSE_R11
#define R12 TDVMCALL_EXPOSE_R12
#define R13 TDVMCALL_EXPOSE_R13
#define R14 TDVMCALL_EXPOSE_R14
#define R15 TDVMCALL_EXPOSE_R15

.macro FUNCTION name
	.p2align 4
	.globl \name
	.hidden \name
	.type \name, @function
\name:
.endm

.macro END name
	.size \name, . - \name
.endm

.macro TDCALL
	.byte 0x66, 0x0f, 0x01, 0xcc
.endm

/* TDG.VP.VMCALL with R10 = 0; arguments are in place. Writes RAX, RCX. */
.macro TDVMCALL leaf, expose, sti=0
	xorl	%r10d, %r10d
	movl	$\leaf, %r11d
	movl	$(\expose), %ecx
	xorl	%eax, %eax		/* TDG_VP_VMCALL */
	.if \sti
	sti				/* its shadow covers the TDCALL */
	.endif
	TDCALL
	testq	%rax, %rax
	jz	.Lreturned\@
	ud2
.Lreturned\@:
.endm

/* The host's status to RAX, which is 0 here and so clears R10; R11 cleared. */
.macro STATUS
	xchgq	%r10, %rax
	xorl	%r11d, %r11d
.endm

/* The same with R11, the host's answer, to RDX. */
.macro STATUS_VALUE
	movq	%r11, %rdx
	STATUS
.endm

#endif
#endif
