/* SPDX-License-Identifier: MIT */
/*
 * See probe.h. A piece of code is entered by a jump and left by one to R15; it
 * leaves RBP, R12 and R13 alone, which hold what comes after it.
 */
#include "arch/x86/probe.h"

#define MSR_X2APIC_EOI 0x80B
/* PAUSEs: far longer than any interrupt that will come takes. */
#define IRQ_TRIES 1000000

	.section .text.probe, "ax", @progbits

	.p2align 6
	.globl	probe_run
	.hidden	probe_run
	.type	probe_run, @function
probe_run:				/* RDI probe */
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rdi			/* aligns the stack for a call */
	movq	PROBE_CODE(%rdi), %r12
	movq	PROBE_RAX(%rdi), %r13
	movq	PROBE_RDX(%rdi), %r14
	movq	PROBE_RBX(%rdi), %rbx
	movq	PROBE_RCX(%rdi), %rcx
	movq	PROBE_RSI(%rdi), %rsi
	movq	PROBE_RDI(%rdi), %rdi
	leaq	1f(%rip), %r15
	lfence
	rdtsc
	lfence
	shlq	$32, %rdx
	leaq	(%rax, %rdx), %rbp
	movq	%r13, %rax
	movq	%r14, %rdx
	jmp	*%r12
1:	movq	%rax, %r13
	rdtscp
	lfence
	shlq	$32, %rdx
	addq	%rdx, %rax
	popq	%rdi
	movq	%rbp, PROBE_START(%rdi)
	movq	%rax, PROBE_END(%rdi)
	movq	%r13, PROBE_RESULT(%rdi)
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size	probe_run, . - probe_run

.macro PIECE name
	.p2align 6
	.globl	\name
	.hidden	\name
\name:
.endm

.macro NOPS name, count
PIECE \name
	.rept	\count
	nop
	.endr
	jmp	*%r15
.endm

/* Until the interrupt has come. */
.macro AWAIT
	movl	$IRQ_TRIES, %ecx
1:	cmpq	$0, probe_irq_tsc(%rip)
	jne	2f
	pause
	decl	%ecx
	jnz	1b
2:	cli
	jmp	*%r15
.endm

NOPS probe_empty, 0
NOPS probe_nop1, 1
NOPS probe_nop10, 10
NOPS probe_nop100, 100
NOPS probe_nop1000, 1000

PIECE probe_cpuid
	cpuid
	jmp	*%r15
PIECE probe_rdmsr
	rdmsr
	jmp	*%r15
PIECE probe_wrmsr
	wrmsr
	jmp	*%r15
PIECE probe_in8
	inb	%dx, %al
	jmp	*%r15
PIECE probe_out8
	outb	%al, %dx
	jmp	*%r15
PIECE probe_rep_outs8
	rep outsb
	jmp	*%r15
PIECE probe_load32
	movl	(%rdi), %eax
	jmp	*%r15
PIECE probe_store32
	movl	%eax, (%rdi)
	jmp	*%r15
PIECE probe_halt
	sti
	hlt
	cli
	jmp	*%r15
PIECE probe_call
	call	*%rbx
	jmp	*%r15
PIECE probe_wrmsr_irq
	sti
	wrmsr
	AWAIT
PIECE probe_call_irq
	sti
	call	*%rbx
	AWAIT

	.p2align 6
	.globl	probe_irq_entry
	.hidden	probe_irq_entry
	.type	probe_irq_entry, @function
probe_irq_entry:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	rdtscp
	lfence
	shlq	$32, %rdx
	addq	%rdx, %rax
	movq	%rax, probe_irq_tsc(%rip)
	movl	$MSR_X2APIC_EOI, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq
	.size	probe_irq_entry, . - probe_irq_entry

	.section .bss.probe_irq_tsc, "aw", @nobits
	.p2align 3
	.globl	probe_irq_tsc
	.hidden	probe_irq_tsc
probe_irq_tsc:
	.quad	0

	.section .note.GNU-stack, "", @progbits
