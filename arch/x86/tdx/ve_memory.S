/* SPDX-License-Identifier: MIT */
/*
 * What the #VE handler needs the CPU itself for: memory accesses of a given
 * size that may fault, arithmetic with its flags, and XMM and YMM registers by
 * their numbers.
 */
#include "arch/x86/extable.h"
#include "arch/x86/tdx/tdcall.inc"

	.text
/* RDI address, ESI size; to AL whether it is done, to RDX the value. */
FUNCTION ve_memory_read
	xorl	%eax, %eax
	cmpl	$4, %esi
	ja	8f
	je	4f
	cmpl	$2, %esi
	je	2f
1:	movzbl	(%rdi), %edx
	jmp	9f
2:	movzwl	(%rdi), %edx
	jmp	9f
4:	movl	(%rdi), %edx
	jmp	9f
8:	movq	(%rdi), %rdx
9:	movl	$1, %eax
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

/*
 * EDI operation, counted from INSN_ADD, ESI size, RDX to, RCX from, R8 flags;
 * to RAX the result, to RDX the flags. In the table: 8 bytes for each size.
 */
#define CF 0x1
#define ARITHMETIC_FLAGS 0x8D5
.macro COMPUTE insn, to, from
	.ifb	\from
	\insn	\to
	.else
	\insn	\from, \to
	.endif
	ret
	.p2align 3
.endm
.macro COMPUTE_WIDE op, to16, from16, to32, from32, to64, from64
	COMPUTE	\op\()w, \to16, \from16
	COMPUTE	\op\()l, \to32, \from32
	COMPUTE	\op\()q, \to64, \from64
.endm
FUNCTION ve_compute
	movq	%rdx, %rax
	bsfl	%esi, %esi
	leal	(%rsi, %rdi, 4), %esi
	leaq	.Lcompute(%rip), %rdx
	leaq	(%rdx, %rsi, 8), %rdx
	btl	$0, %r8d		/* CF, for ADC, SBB, INC, DEC */
	call	*%rdx
	pushfq
	popq	%rdx
	movl	$ARITHMETIC_FLAGS, %ecx
	cmpl	$VE_COMPUTE_NOT, %edi
	jb	1f
	movl	$CF, %ecx		/* BT and its like change no other, */
	ja	1f
	xorl	%ecx, %ecx		/* NOT changes none */
1:	xorq	%r8, %rdx
	andl	%ecx, %edx
	xorq	%r8, %rdx
	ret
	.p2align 3
.Lcompute:
	.irp	op, add, or, adc, sbb, and, sub, xor, cmp, test
	COMPUTE	\op\()b, %al, %cl
	COMPUTE_WIDE \op, %ax, %cx, %eax, %ecx, %rax, %rcx
	.endr
	.irp	op, inc, dec, neg, not
	COMPUTE	\op\()b, %al
	COMPUTE_WIDE \op, %ax, , %eax, , %rax,
	.endr
	.rept	4			/* INSN_VECTOR */
	ud2
	.p2align 3
	.endr
	.irp	op, bt, bts, btr, btc
	ud2				/* there are none of bytes */
	.p2align 3
	COMPUTE_WIDE \op, %ax, %cx, %eax, %ecx, %rax, %rcx
	.endr
END ve_compute

/* EDI number, RSI words or value. In the table: 8 bytes for each register. */
.macro VECTOR name, insn:vararg
FUNCTION \name
	andl	$15, %edi
	leaq	1f(%rip), %rax
	leaq	(%rax, %rdi, 8), %rax
	jmp	*%rax
	.p2align 3
1:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\insn
	ret
	.p2align 3
	.endr
END \name
.endm

VECTOR ve_vector_get16, movups %xmm\n, (%rsi)
VECTOR ve_vector_get32, vmovups %ymm\n, (%rsi)
VECTOR ve_vector_set16, movups (%rsi), %xmm\n
VECTOR ve_vector_set32, vmovups (%rsi), %ymm\n
VECTOR ve_scalar_get, movq %xmm\n, %rax
VECTOR ve_scalar_set, movq %rsi, %xmm\n
VECTOR ve_scalar_set_vex, vmovq %rsi, %xmm\n

	.section .note.GNU-stack, "", @progbits
