/* SPDX-License-Identifier: MIT */
/*
 * The one place with TDCALL.
 *
 * Every call to the host exposes the registers of its leaf that are not 0 and
 * no others (RCX is the mask). After it each exposed register, which the host
 * may have filled as it liked, is a result that was asked for, restored from
 * the stack, or cleared: nothing of the host's is left for code that runs
 * later, speculatively or by mistake.
 *
 * RAX != 0 after TDG.VP.VMCALL means that the module refused the call, which
 * never happens to correct code: ud2 on the spot, so that the #UD names it.
 */
#include "arch/x86/frame.h"
#include "arch/x86/tdx/abi.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/trust.h"

#define R10 TDVMCALL_EXPOSE_R10
#define R11 TDVMCALL_EXPOSE_R11
#define R12 TDVMCALL_EXPOSE_R12
#define R13 TDVMCALL_EXPOSE_R13
#define R14 TDVMCALL_EXPOSE_R14
#define R15 TDVMCALL_EXPOSE_R15
#define TEXT (R14 | R15 | TDVMCALL_EXPOSE_RBX | TDVMCALL_EXPOSE_RDI | \
	      TDVMCALL_EXPOSE_RSI | TDVMCALL_EXPOSE_R8 | \
	      TDVMCALL_EXPOSE_R9 | TDVMCALL_EXPOSE_RDX)

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

/* RDI port or address, ESI size; R13 = 0, a read, is not exposed. */
.macro DEVICE_READ name, leaf, address
FUNCTION \name
	pushq	%r12
	pushq	%r14
	movl	%esi, %r12d
	\address
	TDVMCALL \leaf, R10 | R11 | R12 | R14
	STATUS_VALUE
	popq	%r14
	popq	%r12
	ret
END \name
.endm

/* RDI port or address, ESI size, RDX value. */
.macro DEVICE_WRITE name, leaf, address, value
FUNCTION \name
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%esi, %r12d
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	\address
	\value
	TDVMCALL \leaf, R10 | R11 | R12 | R13 | R14 | R15
	STATUS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	ret
END \name
.endm

	.text
	.globl tdcall_start
	.hidden tdcall_start
tdcall_start:

DEVICE_READ tdvmcall_io_read, TDVMCALL_IO, "movzwl %di, %r14d"
DEVICE_WRITE tdvmcall_io_write, TDVMCALL_IO, "movzwl %di, %r14d", \
	     "movl %edx, %r15d"
DEVICE_READ tdvmcall_mmio_read, TDVMCALL_REQUEST_MMIO, "movq %rdi, %r14"
DEVICE_WRITE tdvmcall_mmio_write, TDVMCALL_REQUEST_MMIO, \
	     "movq %rdi, %r14", "movq %rdx, %r15"

/* EDI msr */
FUNCTION tdvmcall_rdmsr
	pushq	%r12
	movl	%edi, %r12d
	TDVMCALL TDVMCALL_RDMSR, R10 | R11 | R12
	STATUS_VALUE
	popq	%r12
	ret
END tdvmcall_rdmsr

/* EDI msr, RSI value */
FUNCTION tdvmcall_wrmsr
	pushq	%r12
	pushq	%r13
	movl	%edi, %r12d
	movq	%rsi, %r13
	TDVMCALL TDVMCALL_WRMSR, R10 | R11 | R12 | R13
	STATUS
	popq	%r13
	popq	%r12
	ret
END tdvmcall_wrmsr

/* EDI leaf, ESI subleaf, RDX out */
FUNCTION tdvmcall_cpuid
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movl	%edi, %r12d
	movl	%esi, %r13d
	xorl	%r14d, %r14d		/* out only, but shown to the host */
	xorl	%r15d, %r15d
	TDVMCALL TDVMCALL_CPUID, R10 | R11 | R12 | R13 | R14 | R15
	movl	%r12d, CPUID_EAX(%rdx)
	movl	%r13d, CPUID_EBX(%rdx)
	movl	%r14d, CPUID_ECX(%rdx)
	movl	%r15d, CPUID_EDX(%rdx)
	STATUS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	ret
END tdvmcall_cpuid

/* RDI gpa, RSI size */
FUNCTION tdvmcall_map_gpa
	pushq	%r12
	pushq	%r13
	movq	%rdi, %r12
	movq	%rsi, %r13
	TDVMCALL TDVMCALL_MAP_GPA, R10 | R11 | R12 | R13
	STATUS_VALUE
	popq	%r13
	popq	%r12
	ret
END tdvmcall_map_gpa

/* RDI leaf, RSI out[4] */
FUNCTION tdvmcall_get_td_vm_call_info
	pushq	%r12
	pushq	%r13
	pushq	%r14
	movq	%rdi, %r12
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	TDVMCALL TDVMCALL_GET_TD_VM_CALL_INFO, R10 | R11 | R12 | R13 | R14
	movq	%r11, 0(%rsi)
	movq	%r12, 8(%rsi)
	movq	%r13, 16(%rsi)
	movq	%r14, 24(%rsi)
	STATUS
	popq	%r14
	popq	%r13
	popq	%r12
	ret
END tdvmcall_get_td_vm_call_info

/* R12 = 0, interrupts are not blocked, is not exposed. */
FUNCTION tdvmcall_hlt_sti
	TDVMCALL TDVMCALL_HLT, R10 | R11, sti=1
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	ret
END tdvmcall_hlt_sti

FUNCTION tdvmcall_hlt_blocked
	pushq	%r12
	movl	$1, %r12d
	TDVMCALL TDVMCALL_HLT, R10 | R11 | R12
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	popq	%r12
	ret
END tdvmcall_hlt_blocked

/*
 * RDI text[8]. R12 = 0, the error code, is not exposed. There is nobody to
 * tell when this fails, so RAX is not looked at and nothing is restored.
 */
FUNCTION tdvmcall_report_fatal_error
	cli
	movq	0(%rdi), %r14
	movq	8(%rdi), %r15
	movq	16(%rdi), %rbx
	movq	32(%rdi), %rsi
	movq	40(%rdi), %r8
	movq	48(%rdi), %r9
	movq	56(%rdi), %rdx
	movq	24(%rdi), %rdi
	xorl	%r10d, %r10d
	movl	$TDVMCALL_REPORT_FATAL_ERROR, %r11d
	movl	$(R10 | R11 | TEXT), %ecx
	xorl	%eax, %eax
	TDCALL
1:	xorl	%r10d, %r10d
	movl	$TDVMCALL_HLT, %r11d
	movl	$1, %r12d		/* interrupts are blocked */
	movl	$(R10 | R11 | R12), %ecx
	xorl	%eax, %eax
	TDCALL
	jmp	1b
END tdvmcall_report_fatal_error

/* RDI args, ESI flags: see tdcall.h */
FUNCTION __tdx_hypercall
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	HCALL_R10(%rdi), %r10
	movq	HCALL_R11(%rdi), %r11
	movq	HCALL_R12(%rdi), %r12
	movq	HCALL_R13(%rdi), %r13
	movq	HCALL_R14(%rdi), %r14
	movq	HCALL_R15(%rdi), %r15
	movl	HCALL_EXPOSE(%rdi), %ecx
	xorl	%eax, %eax
	testb	$TDX_HCALL_ISSUE_STI, %sil
	jz	1f
	sti				/* its shadow covers the TDCALL */
1:	TDCALL
	testq	%rax, %rax
	jz	2f
	ud2
2:	testb	$TDX_HCALL_HAS_OUTPUT, %sil
	jz	3f
	movq	%r10, HCALL_R10(%rdi)
	movq	%r11, HCALL_R11(%rdi)
	movq	%r12, HCALL_R12(%rdi)
	movq	%r13, HCALL_R13(%rdi)
	movq	%r14, HCALL_R14(%rdi)
	movq	%r15, HCALL_R15(%rdi)
3:	STATUS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	ret
END __tdx_hypercall

/* Calls of the module: what it writes is trusted and the caller's to lose. */

/* RDI info */
FUNCTION tdg_vp_info
	movl	$TDG_VP_INFO, %eax
	TDCALL
	movq	%rcx, VPINFO_GPAW(%rdi)
	movq	%rdx, VPINFO_ATTRIBUTES(%rdi)
	movq	%r8, VPINFO_VCPUS(%rdi)
	movq	%r9, VPINFO_INDEX(%rdi)
	ret
END tdg_vp_info

/* RDI info */
FUNCTION tdg_vp_veinfo_get
	movl	$TDG_VP_VEINFO_GET, %eax
	TDCALL
	movq	%rcx, VEINFO_REASON(%rdi)
	movq	%rdx, VEINFO_QUALIFICATION(%rdi)
	movq	%r8, VEINFO_GLA(%rdi)
	movq	%r9, VEINFO_GPA(%rdi)
	movq	%r10, VEINFO_LENGTH(%rdi)
	ret
END tdg_vp_veinfo_get

/* RDI gpa and level */
FUNCTION tdg_mem_page_accept
	movq	%rdi, %rcx
	movl	$TDG_MEM_PAGE_ACCEPT, %eax
	TDCALL
	ret
END tdg_mem_page_accept

/* RDI field, RSI value */
FUNCTION tdg_vm_rd
	xorl	%ecx, %ecx		/* this TD */
	movq	%rdi, %rdx
	movl	$TDG_VM_RD, %eax
	TDCALL
	movq	%r8, (%rsi)
	ret
END tdg_vm_rd

/* RDI field, RSI value, RDX mask */
FUNCTION tdg_vm_wr
	xorl	%ecx, %ecx		/* this TD */
	movq	%rdx, %r9
	movq	%rdi, %rdx
	movq	%rsi, %r8
	movl	$TDG_VM_WR, %eax
	TDCALL
	ret
END tdg_vm_wr

/* RDI report, RSI data */
FUNCTION tdg_mr_report
	movq	%rdi, %rcx
	movq	%rsi, %rdx
	xorl	%r8d, %r8d		/* subtype */
	movl	$TDG_MR_REPORT, %eax
	TDCALL
	ret
END tdg_mr_report

/* RDI data, RSI index */
FUNCTION tdg_mr_rtmr_extend
	movq	%rdi, %rcx
	movq	%rsi, %rdx
	movl	$TDG_MR_RTMR_EXTEND, %eax
	TDCALL
	ret
END tdg_mr_rtmr_extend

/*
 * The IDT's entry for #VE. VEINFO.GET comes before anything that could fault:
 * until then the module turns another #VE into #DF. A whole struct trap_frame
 * is reserved at once and filled as far as needed: what programs do all the
 * time (CPUID of the hypervisor, x2APIC registers and the TSC deadline, IN and
 * OUT) is done right here, all else in ve_dispatch(), which can do these too,
 * so that anything out of the ordinary may go there.
 *
 * VE info: RCX reason, RDX qualification, R8 GLA, R9 GPA, R10 length. The first
 * steps of a fast path keep it; after that R8 has the length.
 */
.macro COUNT ve, call
	incq	(\ve)+tdx_counts(%rip)
	incq	(\call)+tdx_counts(%rip)
.endm

FUNCTION ve_entry
	subq	$FRAME_RIP, %rsp
	movq	%rax, FRAME_RAX(%rsp)
	movq	%rcx, FRAME_RCX(%rsp)
	movq	%rdx, FRAME_RDX(%rsp)
	movq	%r8, FRAME_R8(%rsp)
	movq	%r9, FRAME_R9(%rsp)
	movq	%r10, FRAME_R10(%rsp)
	movq	%r11, FRAME_R11(%rsp)
	movq	%r12, FRAME_R12(%rsp)
	movq	%r13, FRAME_R13(%rsp)
	movq	%r14, FRAME_R14(%rsp)
	movq	%r15, FRAME_R15(%rsp)
	movl	$TDG_VP_VEINFO_GET, %eax
	TDCALL
	testq	%rax, %rax
	jnz	.Lve_no_info
	testl	$RFLAGS_TF_BIT, FRAME_RFLAGS(%rsp)
	jnz	.Lve_slow
	cmpl	$TDX_VE_EPT_VIOLATION, %ecx
	je	.Lve_slow		/* has no length either */
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

.Lve_slow:				/* ve_dispatch(frame, ve) */
	movq	%rbx, FRAME_RBX(%rsp)
	movq	%rsi, FRAME_RSI(%rsp)
	movq	%rdi, FRAME_RDI(%rsp)
	movq	%rbp, FRAME_RBP(%rsp)
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
	movq	FRAME_RBX(%rsp), %rbx
	movq	FRAME_RSI(%rsp), %rsi
	movq	FRAME_RDI(%rsp), %rdi
	movq	FRAME_RBP(%rsp), %rbp
	jmp	.Lve_return

.Lve_no_info:				/* ve_without_info(frame, status) */
	movq	%rbx, FRAME_RBX(%rsp)
	movq	%rsi, FRAME_RSI(%rsp)
	movq	%rdi, FRAME_RDI(%rsp)
	movq	%rbp, FRAME_RBP(%rsp)
	movq	$VE_VECTOR, FRAME_VECTOR(%rsp)
	movq	$0, FRAME_ERROR_CODE(%rsp)
	movq	%rsp, %rdi
	movq	%rax, %rsi
	cld
	call	ve_without_info		/* does not return */

.Lve_io:
	testb	$TDX_VE_IO_STRING, %dl
	jnz	.Lve_slow
	movl	%edx, %r12d
	andl	$TDX_VE_IO_SIZE_MASK, %r12d
	movl	$0xB, %eax		/* 0, 1 and 3: 1, 2 and 4 bytes */
	btl	%r12d, %eax
	jnc	.Lve_slow
	incl	%r12d
	COUNT	COUNT_VE_IO, COUNT_CALL_IO
	movq	%r10, %r8
	movl	%edx, %r14d
	shrl	$TDX_VE_IO_PORT_SHIFT, %r14d
	testb	$TDX_VE_IO_IN, %dl
	jnz	.Lve_in
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	leaq	tdx_size_masks(%rip), %rax
	movl	FRAME_RAX(%rsp), %r15d
	andl	(%rax, %r12, 8), %r15d
	TDVMCALL TDVMCALL_IO, R10 | R11 | R12 | R13 | R14 | R15

.Lve_done:				/* R8 length */
	addq	%r8, FRAME_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FRAME_RFLAGS(%rsp)
.Lve_return:
	movq	FRAME_RAX(%rsp), %rax
	movq	FRAME_RCX(%rsp), %rcx
	movq	FRAME_RDX(%rsp), %rdx
.Lve_return_cpuid:
	movq	FRAME_R8(%rsp), %r8
	movq	FRAME_R9(%rsp), %r9
	movq	FRAME_R10(%rsp), %r10
	movq	FRAME_R11(%rsp), %r11
	movq	FRAME_R12(%rsp), %r12
	movq	FRAME_R13(%rsp), %r13
	movq	FRAME_R14(%rsp), %r14
	movq	FRAME_R15(%rsp), %r15
	addq	$FRAME_RIP, %rsp
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
	movb	%r11b, FRAME_RAX(%rsp)
	jmp	.Lve_done
.Lve_in16:
	movw	%r11w, FRAME_RAX(%rsp)
	jmp	.Lve_done
.Lve_in32:
	movl	%r11d, %r11d
	movq	%r11, FRAME_RAX(%rsp)
	jmp	.Lve_done
.Lve_in_refused:
	movl	$-1, %r11d
	jmp	.Lve_in_value

.Lve_cpuid:
	movl	FRAME_RAX(%rsp), %r12d
	leal	-TRUST_CPUID_HOST_FIRST(%r12), %eax
	cmpl	$(TRUST_CPUID_HOST_LAST - TRUST_CPUID_HOST_FIRST), %eax
	ja	.Lve_cpuid_made_up
	COUNT	COUNT_VE_CPUID, COUNT_CALL_CPUID
	movq	%r10, %r8
	movl	FRAME_RCX(%rsp), %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
	TDVMCALL TDVMCALL_CPUID, R10 | R11 | R12 | R13 | R14 | R15
	testq	%r10, %r10
	jnz	.Lve_cpuid_refused
.Lve_cpuid_value:
	addq	%r8, FRAME_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FRAME_RFLAGS(%rsp)
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
	movq	%rsi, FRAME_RSI(%rsp)
	movq	%rdi, FRAME_RDI(%rsp)
	movl	%r12d, %edi
	movq	%r10, %r12
	cld
	call	trust_cpuid_made_up
	addq	%r12, FRAME_RIP(%rsp)
	andl	$~RFLAGS_RF_BIT, FRAME_RFLAGS(%rsp)
	movq	FRAME_RSI(%rsp), %rsi
	movq	FRAME_RDI(%rsp), %rdi
	movq	%rax, %rbx		/* EBX and EAX in RAX, EDX and ECX ... */
	shrq	$32, %rbx
	movl	%eax, %eax
	movl	%edx, %ecx		/* ... in RDX */
	shrq	$32, %rdx
	jmp	.Lve_return_cpuid

.Lve_rdmsr:
	movl	FRAME_RCX(%rsp), %r12d
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
	movq	%rax, FRAME_RAX(%rsp)
	movq	%r11, FRAME_RDX(%rsp)
	jmp	.Lve_done

.Lve_wrmsr:
	movl	FRAME_RCX(%rsp), %r12d
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
	movl	FRAME_RAX(%rsp), %eax
	movq	FRAME_RDX(%rsp), %r13
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
END ve_entry

	.globl tdcall_end
	.hidden tdcall_end
tdcall_end:
	.section .note.GNU-stack, "", @progbits
