/* SPDX-License-Identifier: MIT */
/*
 * memcpy() and memset() in place of the C library's, which write around the
 * caches: right for large blocks used once, wrong for packets and pages that
 * are used next. Interrupt handlers may call them: no SSE. Short blocks are
 * done by words that overlap, long ones by the CPU's string instructions.
 */
#define LOOP_MAX 256

	.section .text.memcpy, "ax", @progbits
	.globl	memcpy
	.hidden	memcpy
	.type	memcpy, @function
memcpy:				/* void *to, const void *from, size_t size */
	movq	%rdi, %rax
	cmpq	$16, %rdx
	jb	.Lcopy_short
	cmpq	$32, %rdx
	jbe	.Lcopy_last_32
	cmpq	$LOOP_MAX, %rdx
	ja	.Lcopy_long
.Lcopy_32:
	movq	(%rsi), %rcx
	movq	8(%rsi), %r8
	movq	16(%rsi), %r9
	movq	24(%rsi), %r10
	movq	%rcx, (%rdi)
	movq	%r8, 8(%rdi)
	movq	%r9, 16(%rdi)
	movq	%r10, 24(%rdi)
	addq	$32, %rsi
	addq	$32, %rdi
	subq	$32, %rdx
	cmpq	$32, %rdx
	ja	.Lcopy_32
	/* 1 to 32 are left; what lies before them may be written again. */
	cmpq	$16, %rdx
	jbe	.Lcopy_last_16
.Lcopy_last_32:
	movq	(%rsi), %rcx
	movq	8(%rsi), %r8
	movq	%rcx, (%rdi)
	movq	%r8, 8(%rdi)
.Lcopy_last_16:
	movq	-16(%rsi, %rdx), %rcx
	movq	-8(%rsi, %rdx), %r8
	movq	%rcx, -16(%rdi, %rdx)
	movq	%r8, -8(%rdi, %rdx)
	ret
.Lcopy_long:
	movq	%rdx, %rcx
	movq	-8(%rsi, %rdx), %r8
	leaq	-8(%rdi, %rdx), %r9
	shrq	$3, %rcx
	rep movsq
	movq	%r8, (%r9)
	ret
.Lcopy_short:
	cmpl	$8, %edx
	jae	.Lcopy_8_to_15
	cmpl	$4, %edx
	jae	.Lcopy_4_to_7
	testl	%edx, %edx
	jz	.Lcopy_done
	/* First, last and middle, which for 1 and 2 bytes are not all apart. */
	movzbl	(%rsi), %ecx
	movzbl	-1(%rsi, %rdx), %r8d
	movb	%cl, (%rdi)
	movb	%r8b, -1(%rdi, %rdx)
	shrl	%edx
	movzbl	(%rsi, %rdx), %r9d
	movb	%r9b, (%rdi, %rdx)
	ret
.Lcopy_done:
	ret
.Lcopy_4_to_7:
	movl	(%rsi), %ecx
	movl	-4(%rsi, %rdx), %r8d
	movl	%ecx, (%rdi)
	movl	%r8d, -4(%rdi, %rdx)
	ret
.Lcopy_8_to_15:
	movq	(%rsi), %rcx
	movq	-8(%rsi, %rdx), %r8
	movq	%rcx, (%rdi)
	movq	%r8, -8(%rdi, %rdx)
	ret
	.size	memcpy, . - memcpy

	.section .text.memset, "ax", @progbits
	.globl	memset
	.hidden	memset
	.type	memset, @function
memset:				/* void *to, int value, size_t size */
	movq	%rdi, %r8
	movzbl	%sil, %eax
	movabsq	$0x0101010101010101, %rcx
	imulq	%rcx, %rax
	cmpq	$16, %rdx
	jb	.Lset_short
	cmpq	$LOOP_MAX, %rdx
	ja	.Lset_long
	cmpq	$32, %rdx
	jbe	.Lset_last_32
.Lset_32:
	movq	%rax, (%rdi)
	movq	%rax, 8(%rdi)
	movq	%rax, 16(%rdi)
	movq	%rax, 24(%rdi)
	addq	$32, %rdi
	subq	$32, %rdx
	cmpq	$32, %rdx
	ja	.Lset_32
	cmpq	$16, %rdx
	jbe	.Lset_last_16
.Lset_last_32:
	movq	%rax, (%rdi)
	movq	%rax, 8(%rdi)
.Lset_last_16:
	movq	%rax, -16(%rdi, %rdx)
	movq	%rax, -8(%rdi, %rdx)
	movq	%r8, %rax
	ret
.Lset_long:
	movq	%rax, -8(%rdi, %rdx)
	movq	%rdx, %rcx
	shrq	$3, %rcx
	rep stosq
	movq	%r8, %rax
	ret
.Lset_short:
	cmpl	$8, %edx
	jae	.Lset_8_to_15
	cmpl	$4, %edx
	jae	.Lset_4_to_7
	testl	%edx, %edx
	jz	.Lset_done
	movb	%al, (%rdi)
	movb	%al, -1(%rdi, %rdx)
	shrl	%edx
	movb	%al, (%rdi, %rdx)
.Lset_done:
	movq	%r8, %rax
	ret
.Lset_4_to_7:
	movl	%eax, (%rdi)
	movl	%eax, -4(%rdi, %rdx)
	movq	%r8, %rax
	ret
.Lset_8_to_15:
	movq	%rax, (%rdi)
	movq	%rax, -8(%rdi, %rdx)
	movq	%r8, %rax
	ret
	.size	memset, . - memset

	.section .note.GNU-stack, "", @progbits
