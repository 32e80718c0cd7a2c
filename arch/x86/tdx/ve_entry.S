/* SPDX-License-Identifier: MIT */
/*
 * The IDT's entry for #VE. VEINFO.GET comes before anything that could fault:
 * until then the module turns another #VE into #DF. What programs do all the
 * time (CPUID, x2APIC registers and the TSC deadline, IN and OUT, HLT) is done
 * right here, MMIO in ve_mmio(), all else in ve_dispatch(). The latter can do
 * these too, so that anything out of the ordinary may go there.
 *
 * The paths here keep the registers that they write in 88 bytes: the upper
 * part of a struct trap_frame, with R10 to R15 in the places of what they do
 * not touch. FULL_FRAME makes a whole struct ve of it, once R11 to R15 are
 * what they were again.
 *
 * VE info: RCX reason, RDX qualification, R8 GLA, R9 GPA, R10 length, with
 * instruction information on top. RAX is 0, and stays so for the TDVMCALL.
 */
#include "arch/x86/frame.h"
#include "arch/x86/tdx/tdcall.inc"
#include "arch/x86/tdx/trust.h"

#define FULL_SIZE FRAME_R9		/* what a full frame has more */
#define FAST_SIZE (FRAME_RIP - FULL_SIZE)
#define FAST_RIP (FRAME_RIP - FULL_SIZE)
#define FAST_RFLAGS (FRAME_RFLAGS - FULL_SIZE)
	.set	fast_rax, FRAME_RAX - FULL_SIZE
	.set	fast_rcx, FRAME_RCX - FULL_SIZE
	.set	fast_rdx, FRAME_RDX - FULL_SIZE
	.set	fast_r8, FRAME_R8 - FULL_SIZE
	.set	fast_r9, FRAME_R9 - FULL_SIZE
	.set	fast_r10, FRAME_RBP - FULL_SIZE
	.set	fast_r11, FRAME_RDI - FULL_SIZE
	.set	fast_r12, FRAME_RSI - FULL_SIZE
	.set	fast_r13, FRAME_RBX - FULL_SIZE
	.set	fast_r14, FRAME_VECTOR - FULL_SIZE
	.set	fast_r15, FRAME_ERROR_CODE - FULL_SIZE
#define VE(field) (VE_FRAME + (field))

.macro SAVE regs:vararg
	.irp	reg, \regs
	movq	%\reg, fast_\reg(%rsp)
	.endr
.endm

.macro LOAD regs:vararg
	.irp	reg, \regs
	movq	fast_\reg(%rsp), %\reg
	.endr
.endm

.macro RETURN regs:vararg
	LOAD	\regs
	addq	$FAST_SIZE, %rsp
	iretq
.endm

/* The instruction, of so many bytes, is done. */
.macro DONE length
	addq	\length, FAST_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FAST_RFLAGS(%rsp)
.endm

.macro COUNT ve, call
	incq	(\ve)+tdx_counts(%rip)
	incq	(\call)+tdx_counts(%rip)
.endm

/* #DB comes after it, or it cannot be so long: not for here. */
.macro LEAVE_UNUSUAL
	testl	$RFLAGS_TF_BIT, FAST_RFLAGS(%rsp)
	jnz	.Lve_slow
	testl	$~15, %r10d
	jnz	.Lve_slow
.endm

/* Stores the VE info that two fields of the frame have room for. */
.macro FULL_FRAME low, high
	subq	$VE(FULL_SIZE), %rsp
	movq	%r11, VE(FRAME_R11)(%rsp)
	movq	%r12, VE(FRAME_R12)(%rsp)
	movq	%r13, VE(FRAME_R13)(%rsp)
	movq	%r14, VE(FRAME_R14)(%rsp)
	movq	%r15, VE(FRAME_R15)(%rsp)
	movq	VE(FRAME_RBP)(%rsp), %r11
	movq	%r11, VE(FRAME_R10)(%rsp)
	movq	%rbx, VE(FRAME_RBX)(%rsp)
	movq	%rsi, VE(FRAME_RSI)(%rsp)
	movq	%rdi, VE(FRAME_RDI)(%rsp)
	movq	%rbp, VE(FRAME_RBP)(%rsp)
	movq	\low, VE(FRAME_VECTOR)(%rsp)
	movq	\high, VE(FRAME_ERROR_CODE)(%rsp)
	movq	%rsp, %rdi
	cld
.endm

	.text
FUNCTION ve_entry
	subq	$FAST_SIZE, %rsp
	SAVE	rax, rcx, rdx, r8, r9, r10
	movl	$TDG_VP_VEINFO_GET, %eax
	TDCALL
	testq	%rax, %rax
	jnz	.Lve_no_info
	cmpl	$TDX_VE_IO, %ecx
	je	.Lve_io
	cmpl	$TDX_VE_EPT_VIOLATION, %ecx
	je	.Lve_mmio
	LEAVE_UNUSUAL
	cmpl	$TDX_VE_WRMSR, %ecx
	je	.Lve_wrmsr
	cmpl	$TDX_VE_CPUID, %ecx
	je	.Lve_cpuid
	cmpl	$TDX_VE_RDMSR, %ecx
	je	.Lve_rdmsr
	cmpl	$TDX_VE_HLT, %ecx
	je	.Lve_hlt

.Lve_slow:
	/* Bus-lock detection may add bit 26 to the basic exit reason. */
	movzwl	%cx, %ecx
	cmpl	$TDX_VE_EPT_VIOLATION, %ecx
	je	.Lve_mmio
	movl	%r10d, %r10d
	FULL_FRAME %r10, %rdx
	movl	%ecx, %esi
	call	ve_dispatch		/* (ve, reason) */
	jmp	.Lve_return_full

.Lve_mmio:				/* has no length */
	testb	$TDX_VE_EPT_GLA_VALID, %dl
	jz	.Lve_no_gla
.Lve_violation:
	FULL_FRAME %r8, %r9
	call	ve_mmio			/* (ve) */
.Lve_return_full:
	movq	VE(FRAME_RAX)(%rsp), %rax
	movq	VE(FRAME_RCX)(%rsp), %rcx
	movq	VE(FRAME_RDX)(%rsp), %rdx
	movq	VE(FRAME_RBX)(%rsp), %rbx
	movq	VE(FRAME_RSI)(%rsp), %rsi
	movq	VE(FRAME_RDI)(%rsp), %rdi
	movq	VE(FRAME_RBP)(%rsp), %rbp
	movq	VE(FRAME_R8)(%rsp), %r8
	movq	VE(FRAME_R9)(%rsp), %r9
	movq	VE(FRAME_R10)(%rsp), %r10
	movq	VE(FRAME_R11)(%rsp), %r11
	movq	VE(FRAME_R12)(%rsp), %r12
	movq	VE(FRAME_R13)(%rsp), %r13
	movq	VE(FRAME_R14)(%rsp), %r14
	movq	VE(FRAME_R15)(%rsp), %r15
	addq	$VE(FRAME_RIP), %rsp
	iretq

.Lve_no_gla:
	movabsq	$VE_NO_GLA, %r8
	jmp	.Lve_violation

.Lve_no_info:
	FULL_FRAME %rdx, %rdx
	movq	%rax, %rsi
	call	ve_without_info		/* (ve, status); does not return */

.Lve_io:
	LEAVE_UNUSUAL
	testb	$TDX_VE_IO_STRING, %dl
	jnz	.Lve_slow
	SAVE	r12, r14
	leal	1(%rdx), %r12d
	andl	$TDX_VE_IO_SIZE_MASK, %r12d
	movl	%edx, %r14d
	shrl	$TDX_VE_IO_PORT_SHIFT, %r14d
	cmpl	$(TRUST_PORTS - 1), %r14d
	ja	.Lve_io_slow
	/* One byte for a port; no bit for sizes that there are not. */
	leal	(%r12, %r14, 8), %r8d
	btl	%r8d, trust_ports(%rip)
	jnc	.Lve_io_slow
	SAVE	r11
	COUNT	COUNT_VE_IO, COUNT_CALL_IO
	movl	%r10d, %r8d
	testb	$TDX_VE_IO_IN, %dl
	jz	.Lve_out
	movl	%r12d, %r9d		/* R12 will be the host's */
	TDVMCALL TDVMCALL_IO, R10 | R11 | R12 | R14, is_rax_0=1
	testq	%r10, %r10
	jnz	.Lve_in_refused
.Lve_in_value:
	cmpl	$2, %r9d
	ja	.Lve_in32
	je	.Lve_in16
	movb	%r11b, fast_rax(%rsp)
.Lve_in_done:
	DONE	%r8
	RETURN	rax, rcx, rdx, r8, r9, r10, r11, r12, r14
.Lve_in16:
	movw	%r11w, fast_rax(%rsp)
	jmp	.Lve_in_done
.Lve_in32:
	movl	%r11d, %r11d
	movq	%r11, fast_rax(%rsp)
	jmp	.Lve_in_done
.Lve_in_refused:
	movl	$-1, %r11d
	jmp	.Lve_in_value

.Lve_out:
	SAVE	r13, r15
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	leaq	tdx_size_masks(%rip), %r9
	movl	fast_rax(%rsp), %r15d
	andl	(%r9, %r12, 8), %r15d
	TDVMCALL TDVMCALL_IO, R10 | R11 | R12 | R13 | R14 | R15, is_rax_0=1
	DONE	%r8
	RETURN	rax, rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15

.Lve_io_slow:
	LOAD	r12, r14
	jmp	.Lve_slow

.Lve_hlt:
	SAVE	r11
	COUNT	COUNT_VE_HLT, COUNT_CALL_HLT
	movl	%r10d, %r8d
	testl	$RFLAGS_IF_BIT, FAST_RFLAGS(%rsp)
	jz	.Lve_hlt_blocked
	/* The interrupt that ends it is handled on top of this frame. */
	TDVMCALL TDVMCALL_HLT, R10 | R11, sti=1, is_rax_0=1
	cli
	DONE	%r8
	RETURN	rax, rcx, rdx, r8, r9, r10, r11
.Lve_hlt_blocked:
	SAVE	r12
	movl	$1, %r12d
	TDVMCALL TDVMCALL_HLT, R10 | R11 | R12, is_rax_0=1
	DONE	%r8
	RETURN	rax, rcx, rdx, r8, r9, r10, r11, r12

.Lve_cpuid:
	movl	fast_rax(%rsp), %r9d
	leal	-TRUST_CPUID_HOST_FIRST(%r9), %r8d
	cmpl	$(TRUST_CPUID_HOST_LAST - TRUST_CPUID_HOST_FIRST), %r8d
	ja	.Lve_cpuid_made_up
	SAVE	r11, r12, r13, r14, r15
	COUNT	COUNT_VE_CPUID, COUNT_CALL_CPUID
	movl	%r10d, %r8d
	movl	%r9d, %r12d
	movl	fast_rcx(%rsp), %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	TDVMCALL TDVMCALL_CPUID, R10 | R11 | R12 | R13 | R14 | R15, is_rax_0=1
	testq	%r10, %r10
	jnz	.Lve_cpuid_refused
.Lve_cpuid_value:
	DONE	%r8
	movl	%r12d, %eax		/* clears the upper halves */
	movl	%r13d, %ebx
	movl	%r14d, %ecx
	movl	%r15d, %edx
	RETURN	r8, r9, r10, r11, r12, r13, r14, r15
.Lve_cpuid_refused:
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	jmp	.Lve_cpuid_value

.Lve_cpuid_made_up:			/* TRUST_CPUID_INDEX() */
	roll	$1, %r9d
	cmpl	$(TRUST_CPUID_LEAVES - 1), %r9d
	ja	.Lve_slow
	btq	%r9, trust_cpuid_known(%rip)
	jnc	.Lve_slow
	incq	COUNT_VE_CPUID+tdx_counts(%rip)
	leaq	trust_cpuid_eax(%rip), %r8
	movl	(%r8, %r9, 4), %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	%r10d, %r10d
	DONE	%r10
	RETURN	r8, r9, r10

.Lve_rdmsr:
	SAVE	r11, r12
	movl	fast_rcx(%rsp), %r12d
	leal	-TRUST_X2APIC_FIRST(%r12), %r9d
	cmpl	$63, %r9d
	ja	.Lve_rdmsr_slow
	btq	%r9, trust_x2apic_readable(%rip)
	jnc	.Lve_rdmsr_slow
	COUNT	COUNT_VE_RDMSR, COUNT_CALL_RDMSR
	movl	%r10d, %r8d
	TDVMCALL TDVMCALL_RDMSR, R10 | R11 | R12, is_rax_0=1
	testq	%r10, %r10
	jnz	.Lve_rdmsr_refused
	DONE	%r8
	movl	%r11d, %eax
	shrq	$32, %r11
	movq	%r11, %rdx
	RETURN	rcx, r8, r9, r10, r11, r12
.Lve_rdmsr_refused:
	movl	$VE_REFUSED_RDMSR, %ecx
	movl	%r8d, %r10d
	LOAD	r11
.Lve_rdmsr_slow:
	LOAD	r12
	jmp	.Lve_slow

.Lve_wrmsr:
	SAVE	r11, r12, r13
	movl	fast_rcx(%rsp), %r12d
	cmpl	$TRUST_TSC_DEADLINE, %r12d
	je	.Lve_wrmsr_call
	leal	-TRUST_X2APIC_FIRST(%r12), %r9d
	cmpl	$63, %r9d
	ja	.Lve_wrmsr_slow
	btq	%r9, trust_x2apic_writable(%rip)
	jnc	.Lve_wrmsr_slow
.Lve_wrmsr_call:
	COUNT	COUNT_VE_WRMSR, COUNT_CALL_WRMSR
	movl	%r10d, %r8d
	movl	fast_rax(%rsp), %r9d
	movq	fast_rdx(%rsp), %r13
	shlq	$32, %r13
	orq	%r9, %r13
	TDVMCALL TDVMCALL_WRMSR, R10 | R11 | R12 | R13, is_rax_0=1
	testq	%r10, %r10
	jnz	.Lve_wrmsr_refused
	DONE	%r8
	RETURN	rax, rcx, rdx, r8, r9, r10, r11, r12, r13
.Lve_wrmsr_refused:
	movl	$VE_REFUSED_WRMSR, %ecx
	movl	%r8d, %r10d
	LOAD	r11, r13
.Lve_wrmsr_slow:
	LOAD	r12
	jmp	.Lve_slow
	.globl ve_entry_end
	.hidden ve_entry_end
ve_entry_end:
END ve_entry

	.section .note.GNU-stack, "", @progbits
