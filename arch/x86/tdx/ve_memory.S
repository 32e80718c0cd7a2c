/* SPDX-License-Identifier: MIT */
/*
 * What the #VE handler needs the CPU itself for: memory accesses of a given
 * size that may fault, and XMM and YMM registers by their numbers.
 */
#include "arch/x86/extable.h"
#include "arch/x86/tdx/tdcall.inc"

	.text
/* RDI address, ESI size, RDX value */
FUNCTION ve_memory_read
	xorl	%eax, %eax
	cmpl	$4, %esi
	ja	8f
	je	4f
	cmpl	$2, %esi
	je	2f
1:	movzbl	(%rdi), %ecx
	jmp	9f
2:	movzwl	(%rdi), %ecx
	jmp	9f
4:	movl	(%rdi), %ecx
	jmp	9f
8:	movq	(%rdi), %rcx
9:	movq	%rcx, (%rdx)
	movl	$1, %eax
.Lread_fault:
	ret
	EXTABLE	1b, .Lread_fault
	EXTABLE	2b, .Lread_fault
	EXTABLE	4b, .Lread_fault
	EXTABLE	8b, .Lread_fault
END ve_memory_read

/* RDI address, ESI size, RDX value */
FUNCTION ve_memory_write
	xorl	%eax, %eax
	cmpl	$4, %esi
	ja	8f
	je	4f
	cmpl	$2, %esi
	je	2f
1:	movb	%dl, (%rdi)
	jmp	9f
2:	movw	%dx, (%rdi)
	jmp	9f
4:	movl	%edx, (%rdi)
	jmp	9f
8:	movq	%rdx, (%rdi)
9:	movl	$1, %eax
.Lwrite_fault:
	ret
	EXTABLE	1b, .Lwrite_fault
	EXTABLE	2b, .Lwrite_fault
	EXTABLE	4b, .Lwrite_fault
	EXTABLE	8b, .Lwrite_fault
END ve_memory_write

/* EDI number, RSI words. In the table: 8 bytes for each register. */
.macro VECTOR name, get, set, file
FUNCTION \name
	andl	$15, %edi
	leaq	1f(%rip), %rax
	leaq	(%rax, %rdi, 8), %rax
	jmp	*%rax
	.p2align 3
1:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	.ifnb	\get
	\get	%\file\n, (%rsi)
	.else
	\set	(%rsi), %\file\n
	.endif
	ret
	.p2align 3
	.endr
END \name
.endm

VECTOR ve_vector_get16, get=movups, file=xmm
VECTOR ve_vector_get32, get=vmovups, file=ymm
VECTOR ve_vector_set16, set=movups, file=xmm
VECTOR ve_vector_set32, set=vmovups, file=ymm

	.section .note.GNU-stack, "", @progbits
