/* SPDX-License-Identifier: MIT */
/*
 * The calls of tdcall.h.
 *
 * Every call to the host exposes the registers of its leaf that are not 0 and
 * no others (RCX is the mask). After it each exposed register, which the host
 * may have filled as it liked, is a result that was asked for, what the caller
 * had there, or cleared: nothing of the host's is left for code that runs
 * later, speculatively or by mistake.
 *
 * RAX != 0 after TDG.VP.VMCALL means that the module refused the call, which
 * never happens to correct code: ud2 on the spot, so that the #UD names it.
 */
#include "arch/x86/tdx/tdcall.inc"

#define TEXT (R14 | R15 | TDVMCALL_EXPOSE_RBX | TDVMCALL_EXPOSE_RDI | \
	      TDVMCALL_EXPOSE_RSI | TDVMCALL_EXPOSE_R8 | \
	      TDVMCALL_EXPOSE_R9 | TDVMCALL_EXPOSE_RDX)

/*
 * For devices, also by the #VE handler with its small stack: R12 to R15 wait
 * in registers that are not exposed, which the module keeps as they are.
 */

/* What from has in as many bytes as R12 says. */
.macro CUT from, to
	leaq	tdx_size_masks(%rip), \to
	movq	(\to, %r12, 8), \to
	andq	\from, \to
.endm

/*
 * RDI port or address, ESI size; R13 = 0, a read, is not exposed. To RDX the
 * value, cut.
 */
.macro DEVICE_READ name, leaf, address
FUNCTION \name
	movq	%r12, %r8
	movq	%r14, %r9
	movl	%esi, %r12d
	\address
	leaq	tdx_size_masks(%rip), %rdi
	movq	(%rdi, %r12, 8), %rdi
	TDVMCALL \leaf, R10 | R11 | R12 | R14
	STATUS_VALUE
	andq	%rdi, %rdx
	movq	%r9, %r14
	movq	%r8, %r12
	ret
END \name
.endm

/* RDI port or address, ESI size, RDX value. */
.macro DEVICE_WRITE name, leaf, address, value, end=STATUS
FUNCTION \name
	movq	%r12, %r8
	movq	%r13, %r9
	movl	%esi, %r12d
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	movq	%r14, %rsi
	\address
	movq	%r15, %rdi
	\value
	TDVMCALL \leaf, R10 | R11 | R12 | R13 | R14 | R15
	\end
	movq	%rdi, %r15
	movq	%rsi, %r14
	movq	%r9, %r13
	movq	%r8, %r12
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

/* Here since it is how drivers kick their devices: counted, and cut. As on a
 * bus, nobody learns of a write that nobody took. */
.macro KICK_ADDRESS
	incq	COUNT_CALL_MMIO+tdx_counts(%rip)
	orq	tdx_gpa_shared(%rip), %rdi
	movq	%rdi, %r14
.endm
DEVICE_WRITE tdx_mmio_write, TDVMCALL_REQUEST_MMIO, KICK_ADDRESS, \
	     "CUT %rdx, %r15", NO_STATUS

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

/* RDI gpa, RSI size */
FUNCTION tdvmcall_get_quote
	pushq	%r12
	pushq	%r13
	movq	%rdi, %r12
	movq	%rsi, %r13
	TDVMCALL TDVMCALL_GET_QUOTE, R10 | R11 | R12 | R13
	STATUS
	popq	%r13
	popq	%r12
	ret
END tdvmcall_get_quote

/* EDI vector */
FUNCTION tdvmcall_setup_event_notify_interrupt
	pushq	%r12
	movl	%edi, %r12d
	TDVMCALL TDVMCALL_SETUP_EVENT_NOTIFY_INTERRUPT, R10 | R11 | R12
	STATUS
	popq	%r12
	ret
END tdvmcall_setup_event_notify_interrupt

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

/* R12 = 0 although they are blocked: any interrupt ends it all the same. */
FUNCTION tdvmcall_hlt_masked
	TDVMCALL TDVMCALL_HLT, R10 | R11
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	ret
END tdvmcall_hlt_masked

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

/* RDI field, RSI value */
FUNCTION tdg_sys_rd
	movq	%rdi, %rdx
	movl	$TDG_SYS_RD, %eax
	TDCALL
	movq	%r8, (%rsi)
	ret
END tdg_sys_rd

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

	.globl tdcall_end
	.hidden tdcall_end
tdcall_end:
	.section .note.GNU-stack, "", @progbits
