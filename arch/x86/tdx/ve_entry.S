/* SPDX-License-Identifier: MIT */
/*
 * The IDT's entry for #VE. VEINFO.GET comes before anything that could fault:
 * until then the module turns another #VE into #DF. What programs do all the
 * time (CPUID of the hypervisor, x2APIC registers and the TSC deadline, IN and
 * OUT, HLT) is done right here, all else in ve_mmio_plain() and ve_dispatch().
 * The latter can do these too, so that anything out of the ordinary may go
 * there.
 *
 * The fast paths keep the registers that they use in 88 bytes: the upper part
 * of a struct trap_frame, with R10 to R15 in the places of what they do not
 * touch. FULL_FRAME makes a whole one of it.
 *
 * VE info: RCX reason, RDX qualification, R8 GLA, R9 GPA, R10 length. The first
 * steps of a fast path keep it; after that R8 has the length.
 */
#include "arch/x86/frame.h"
#include "arch/x86/tdx/tdcall.inc"
#include "arch/x86/tdx/trust.h"

.macro COUNT ve, call
	incq	(\ve)+tdx_counts(%rip)
	incq	(\call)+tdx_counts(%rip)
.endm

#define FULL_SIZE FRAME_R9		/* what a full frame has more */
#define FAST_SIZE (FRAME_RIP - FULL_SIZE)
#define FAST_RAX (FRAME_RAX - FULL_SIZE)
#define FAST_RCX (FRAME_RCX - FULL_SIZE)
#define FAST_RDX (FRAME_RDX - FULL_SIZE)
#define FAST_R8 (FRAME_R8 - FULL_SIZE)
#define FAST_R9 (FRAME_R9 - FULL_SIZE)
#define FAST_R10 (FRAME_RBP - FULL_SIZE)
#define FAST_R11 (FRAME_RDI - FULL_SIZE)
#define FAST_R12 (FRAME_RSI - FULL_SIZE)
#define FAST_R13 (FRAME_RBX - FULL_SIZE)
#define FAST_R14 (FRAME_VECTOR - FULL_SIZE)
#define FAST_R15 (FRAME_ERROR_CODE - FULL_SIZE)
#define FAST_RIP (FRAME_RIP - FULL_SIZE)
#define FAST_RFLAGS (FRAME_RFLAGS - FULL_SIZE)

.macro MOVE from, to
	movq	\from + FULL_SIZE(%rsp), %r11
	movq	%r11, \to(%rsp)
.endm

/* Writes R11 alone. intact: R12 to R15 are still what they were. */
.macro FULL_FRAME intact=0
	subq	$FULL_SIZE, %rsp
	MOVE	FAST_R10, FRAME_R10
	MOVE	FAST_R11, FRAME_R11
	.if \intact
	movq	%r12, FRAME_R12(%rsp)
	movq	%r13, FRAME_R13(%rsp)
	movq	%r14, FRAME_R14(%rsp)
	movq	%r15, FRAME_R15(%rsp)
	.else
	MOVE	FAST_R12, FRAME_R12
	MOVE	FAST_R13, FRAME_R13
	MOVE	FAST_R14, FRAME_R14
	MOVE	FAST_R15, FRAME_R15
	.endif
	movq	%rbx, FRAME_RBX(%rsp)
	movq	%rsi, FRAME_RSI(%rsp)
	movq	%rdi, FRAME_RDI(%rsp)
	movq	%rbp, FRAME_RBP(%rsp)
.endm

	.text
FUNCTION ve_entry
	subq	$FAST_SIZE, %rsp
	movq	%rax, FAST_RAX(%rsp)
	movq	%rcx, FAST_RCX(%rsp)
	movq	%rdx, FAST_RDX(%rsp)
	movq	%r8, FAST_R8(%rsp)
	movq	%r9, FAST_R9(%rsp)
	movq	%r10, FAST_R10(%rsp)
	movq	%r11, FAST_R11(%rsp)
	movq	%r12, FAST_R12(%rsp)
	movq	%r13, FAST_R13(%rsp)
	movq	%r14, FAST_R14(%rsp)
	movq	%r15, FAST_R15(%rsp)
	movl	$TDG_VP_VEINFO_GET, %eax
	TDCALL
	testq	%rax, %rax
	jnz	.Lve_no_info
	testl	$RFLAGS_TF_BIT, FAST_RFLAGS(%rsp)
	jnz	.Lve_slow
	cmpl	$TDX_VE_EPT_VIOLATION, %ecx
	je	.Lve_mmio		/* has no length */
	leal	-1(%r10), %eax
	cmpl	$14, %eax
	ja	.Lve_slow
	cmpl	$TDX_VE_IO, %ecx
	je	.Lve_io
	cmpl	$TDX_VE_WRMSR, %ecx
	je	.Lve_wrmsr
	cmpl	$TDX_VE_RDMSR, %ecx
	je	.Lve_rdmsr
	cmpl	$TDX_VE_CPUID, %ecx
	je	.Lve_cpuid
	cmpl	$TDX_VE_HLT, %ecx
	je	.Lve_hlt

.Lve_slow:				/* ve_dispatch(frame, ve) */
	FULL_FRAME
.Lve_dispatch:
	movq	$VE_VECTOR, FRAME_VECTOR(%rsp)
	movq	$0, FRAME_ERROR_CODE(%rsp)
	movq	%rsp, %rdi
	pushq	%rax			/* keeps the stack aligned */
	pushq	%r10
	pushq	%r9
	pushq	%r8
	pushq	%rdx
	pushq	%rcx
	movq	%rsp, %rsi
	cld
	call	ve_dispatch
	addq	$VEINFO_SIZE + 8, %rsp
.Lve_return_full:
	movq	FRAME_RBX(%rsp), %rbx
	movq	FRAME_RSI(%rsp), %rsi
	movq	FRAME_RDI(%rsp), %rdi
	movq	FRAME_RBP(%rsp), %rbp
	movq	FRAME_R10(%rsp), %r10
	movq	FRAME_R11(%rsp), %r11
	movq	FRAME_R12(%rsp), %r12
	movq	FRAME_R13(%rsp), %r13
	movq	FRAME_R14(%rsp), %r14
	movq	FRAME_R15(%rsp), %r15
	movq	FRAME_RAX(%rsp), %rax
	movq	FRAME_RCX(%rsp), %rcx
	movq	FRAME_RDX(%rsp), %rdx
	movq	FRAME_R8(%rsp), %r8
	movq	FRAME_R9(%rsp), %r9
	addq	$FRAME_RIP, %rsp
	iretq

.Lve_no_info:				/* ve_without_info(frame, status) */
	FULL_FRAME
	movq	$VE_VECTOR, FRAME_VECTOR(%rsp)
	movq	$0, FRAME_ERROR_CODE(%rsp)
	movq	%rsp, %rdi
	movq	%rax, %rsi
	cld
	call	ve_without_info		/* does not return */

.Lve_mmio:				/* ve_mmio_plain(frame, gpa, gla) */
	testb	$TDX_VE_EPT_GLA_VALID, %dl
	jz	.Lve_slow
	FULL_FRAME intact=1
	/* VE info, for ve_dispatch(), to where neither C nor the host is. */
	movq	%rdx, FRAME_ERROR_CODE(%rsp)
	movq	%r8, FRAME_VECTOR(%rsp)
	movq	%r9, %r14
	movq	%rsp, %rdi
	movq	%r9, %rsi
	movq	%r8, %rdx
	cld
	call	ve_mmio_plain
	movq	%r14, %r9
	movzbl	%al, %ebx		/* length */
	testl	%ebx, %ebx
	jz	.Lve_mmio_slow
	movzbl	%ah, %ecx
	movl	%ecx, %r12d
	btl	$(8 * VE_PLAIN_IS_WRITE), %eax
	jc	.Lve_mmio_write
	movl	%r12d, %ebp
	movq	%rdx, %rdi
	movl	%eax, %esi
	TDVMCALL TDVMCALL_REQUEST_MMIO, R10 | R11 | R12 | R14
	testq	%r10, %r10
	jnz	.Lve_mmio_slow
	leaq	tdx_size_masks(%rip), %rax
	andq	(%rax, %rbp, 8), %r11
	btl	$(8 * VE_PLAIN_OPERAND_SIZE), %esi
	jc	.Lve_mmio_read8
	btl	$(8 * VE_PLAIN_OPERAND_SIZE + 1), %esi
	jc	.Lve_mmio_read16
	movq	%r11, (%rdi)		/* 32 bits clear the upper half */
.Lve_mmio_done:
	COUNT	COUNT_VE_MMIO, COUNT_CALL_MMIO
	addq	%rbx, FRAME_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FRAME_RFLAGS(%rsp)
	jmp	.Lve_return_full
.Lve_mmio_read16:
	movw	%r11w, (%rdi)
	jmp	.Lve_mmio_done
.Lve_mmio_read8:
	movb	%r11b, (%rdi)
	jmp	.Lve_mmio_done
.Lve_mmio_write:
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	movq	%rdx, %r15
	TDVMCALL TDVMCALL_REQUEST_MMIO, R10 | R11 | R12 | R13 | R14 | R15
	testq	%r10, %r10
	jz	.Lve_mmio_done
.Lve_mmio_slow:				/* R9: GPA */
	/* A host that has refused is asked again: there it has its fixup. */
	movl	$TDX_VE_EPT_VIOLATION, %ecx
	movq	FRAME_ERROR_CODE(%rsp), %rdx
	movq	FRAME_VECTOR(%rsp), %r8
	xorl	%r10d, %r10d
	jmp	.Lve_dispatch

.Lve_hlt:
	COUNT	COUNT_VE_HLT, COUNT_CALL_HLT
	movq	%r10, %r8
	testl	$RFLAGS_IF_BIT, FAST_RFLAGS(%rsp)
	jz	.Lve_hlt_blocked
	/* The interrupt that ends it is handled on top of this frame. */
	TDVMCALL TDVMCALL_HLT, R10 | R11, sti=1
	cli
	jmp	.Lve_done
.Lve_hlt_blocked:
	movl	$1, %r12d
	TDVMCALL TDVMCALL_HLT, R10 | R11 | R12
	jmp	.Lve_done

.Lve_io:
	testb	$TDX_VE_IO_STRING, %dl
	jnz	.Lve_slow
	movl	%edx, %r12d
	andl	$TDX_VE_IO_SIZE_MASK, %r12d
	movl	%edx, %r14d
	shrl	$TDX_VE_IO_PORT_SHIFT, %r14d
	cmpl	$(TRUST_PORTS - 1), %r14d
	ja	.Lve_slow
	/* One byte for a port; no bit for sizes that there are not. */
	leal	(%r12, %r14, 8), %eax
	btl	%eax, trust_ports(%rip)
	jnc	.Lve_slow
	incl	%r12d
	COUNT	COUNT_VE_IO, COUNT_CALL_IO
	movq	%r10, %r8
	testb	$TDX_VE_IO_IN, %dl
	jnz	.Lve_in
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	leaq	tdx_size_masks(%rip), %rax
	movl	FAST_RAX(%rsp), %r15d
	andl	(%rax, %r12, 8), %r15d
	TDVMCALL TDVMCALL_IO, R10 | R11 | R12 | R13 | R14 | R15

.Lve_done:				/* R8 length */
	addq	%r8, FAST_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FAST_RFLAGS(%rsp)
.Lve_return:
	movq	FAST_RAX(%rsp), %rax
	movq	FAST_RCX(%rsp), %rcx
	movq	FAST_RDX(%rsp), %rdx
.Lve_return_cpuid:
	movq	FAST_R8(%rsp), %r8
	movq	FAST_R9(%rsp), %r9
	movq	FAST_R10(%rsp), %r10
	movq	FAST_R11(%rsp), %r11
	movq	FAST_R12(%rsp), %r12
	movq	FAST_R13(%rsp), %r13
	movq	FAST_R14(%rsp), %r14
	movq	FAST_R15(%rsp), %r15
	addq	$FAST_SIZE, %rsp
	iretq

.Lve_in:
	movl	%r12d, %r9d		/* R12 will be the host's */
	TDVMCALL TDVMCALL_IO, R10 | R11 | R12 | R14
	testq	%r10, %r10
	jnz	.Lve_in_refused
.Lve_in_value:
	cmpl	$2, %r9d
	ja	.Lve_in32
	je	.Lve_in16
	movb	%r11b, FAST_RAX(%rsp)
	jmp	.Lve_done
.Lve_in16:
	movw	%r11w, FAST_RAX(%rsp)
	jmp	.Lve_done
.Lve_in32:
	movl	%r11d, %r11d
	movq	%r11, FAST_RAX(%rsp)
	jmp	.Lve_done
.Lve_in_refused:
	movl	$-1, %r11d
	jmp	.Lve_in_value

.Lve_cpuid:
	movl	FAST_RAX(%rsp), %r12d
	leal	-TRUST_CPUID_HOST_FIRST(%r12), %eax
	cmpl	$(TRUST_CPUID_HOST_LAST - TRUST_CPUID_HOST_FIRST), %eax
	ja	.Lve_cpuid_made_up
	COUNT	COUNT_VE_CPUID, COUNT_CALL_CPUID
	movq	%r10, %r8
	movl	FAST_RCX(%rsp), %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	TDVMCALL TDVMCALL_CPUID, R10 | R11 | R12 | R13 | R14 | R15
	testq	%r10, %r10
	jnz	.Lve_cpuid_refused
.Lve_cpuid_value:
	addq	%r8, FAST_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FAST_RFLAGS(%rsp)
	movl	%r12d, %eax		/* clears the upper halves */
	movl	%r13d, %ebx
	movl	%r14d, %ecx
	movl	%r15d, %edx
	jmp	.Lve_return_cpuid
.Lve_cpuid_refused:
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	jmp	.Lve_cpuid_value

.Lve_cpuid_made_up:			/* trust_cpuid_made_up(leaf) */
	incq	COUNT_VE_CPUID+tdx_counts(%rip)
	pushq	%rsi
	pushq	%rdi
	movl	%r12d, %edi
	movq	%r10, %r12
	cld
	call	trust_cpuid_made_up
	popq	%rdi
	popq	%rsi
	addq	%r12, FAST_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FAST_RFLAGS(%rsp)
	movq	%rax, %rbx		/* EBX:EAX is in RAX, EDX:ECX */
	shrq	$32, %rbx
	movl	%eax, %eax
	movl	%edx, %ecx		/* in RDX */
	shrq	$32, %rdx
	jmp	.Lve_return_cpuid

.Lve_rdmsr:
	movl	FAST_RCX(%rsp), %r12d
	leal	-TRUST_X2APIC_FIRST(%r12), %eax
	cmpl	$63, %eax
	ja	.Lve_slow
	btq	%rax, trust_x2apic_readable(%rip)
	jnc	.Lve_slow
	COUNT	COUNT_VE_RDMSR, COUNT_CALL_RDMSR
	movq	%r10, %r8
	TDVMCALL TDVMCALL_RDMSR, R10 | R11 | R12
	testq	%r10, %r10
	jnz	.Lve_rdmsr_refused
	movl	%r11d, %eax
	shrq	$32, %r11
	movq	%rax, FAST_RAX(%rsp)
	movq	%r11, FAST_RDX(%rsp)
	jmp	.Lve_done

.Lve_wrmsr:
	movl	FAST_RCX(%rsp), %r12d
	cmpl	$TRUST_TSC_DEADLINE, %r12d
	je	.Lve_wrmsr_call
	leal	-TRUST_X2APIC_FIRST(%r12), %eax
	cmpl	$63, %eax
	ja	.Lve_slow
	btq	%rax, trust_x2apic_writable(%rip)
	jnc	.Lve_slow
.Lve_wrmsr_call:
	COUNT	COUNT_VE_WRMSR, COUNT_CALL_WRMSR
	movq	%r10, %r8
	movl	FAST_RAX(%rsp), %eax
	movq	FAST_RDX(%rsp), %r13
	shlq	$32, %r13
	orq	%rax, %r13
	TDVMCALL TDVMCALL_WRMSR, R10 | R11 | R12 | R13
	testq	%r10, %r10
	jz	.Lve_done
	/* The host refused: #GP, if it does so again. */
	movl	$TDX_VE_WRMSR, %ecx
	jmp	.Lve_msr_refused
.Lve_rdmsr_refused:
	movl	$TDX_VE_RDMSR, %ecx
.Lve_msr_refused:
	movq	%r8, %r10
	xorl	%r8d, %r8d
	jmp	.Lve_slow
	.globl ve_entry_end
	.hidden ve_entry_end
ve_entry_end:
END ve_entry

	.section .note.GNU-stack, "", @progbits
