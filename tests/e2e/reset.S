/* SPDX-License-Identifier: MIT */
/*
 * A firmware image that tells in which state its vCPU began: it stores what it
 * can see, enters long mode, and shows it on COM1, one 64-bit word a line in
 * the order of tests/e2e/reset.sh. Its last byte lies at 4 GiB - 1; all of it
 * is private memory that may be written.
 */
#include "arch/x86/tdx/abi.h"

#define SIZE 0x10000
#define FOUR_GIB 0x100000000
/* Where something in here lies, as a negative number of 32 bits. */
#define BELOW(label) (-(end - (label)))
#define ADDRESS(label) (FOUR_GIB - (end - (label)))
#define WORD(n) BELOW(words) + 8 * (n)

#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define CR4_OSFXSR_OSXSAVE 0x40200
#define PTE_TABLE 0x23		/* present, writable, accessed */
#define PTE_1G 0xe3		/* the same, dirty, a page */
#define SELECTOR_CODE64 8
#define COM1 0x3f8
#define IO_EXPOSE 0xfc00
#define HOB 0x10000
#define HOB_SIZE 0x1000

	.section .firmware, "awx", @progbits
start:
tables:
	.quad	ADDRESS(gigabytes) + PTE_TABLE
	.skip	511 * 8
gigabytes:
	.set	gigabyte, 0
	.rept	512
	.quad	(gigabyte << 30) + PTE_1G
	.set	gigabyte, gigabyte + 1
	.endr
words:
	.skip	0x1000
words_end:
stack:
	.skip	0x1000
stack_end:

gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* 64-bit code */
gdt_end:
gdt_register:
	.word	gdt_end - gdt - 1
	.long	BELOW(gdt)

	.set	at, 0
	.macro	store32 register
	movl	\register, WORD(at)
	.set	at, at + 1
	.endm
	.macro	store_by_eax from:vararg
	movl	\from, %eax
	store32	%eax
	.endm
	.macro	store_msr msr
	movl	$\msr, %ecx
	rdmsr
	movl	%eax, WORD(at)
	movl	%edx, WORD(at) + 4
	.set	at, at + 1
	.endm

	.code32
start32:
	.irp	register, %eax, %ecx, %edx, %ebx, %esp, %ebp, %esi, %edi
	store32	\register
	.endr
	movl	$BELOW(stack_end), %esp
	pushfl
	popl	%eax
	store32	%eax
	.irp	register, %cr0, %cr2, %cr3, %cr4, %dr6, %dr7, %cs, %ds, %es, \
		%fs, %gs, %ss
	store_by_eax \register
	.endr
	sldt	%eax
	store32	%eax
	str	%eax
	store32	%eax
	sgdt	WORD(at)
	.set	at, at + 1
	sidt	WORD(at)
	.set	at, at + 1
	/* EFER, PAT, FMASK, STAR, LSTAR, the bases, SYSENTER. */
	.irp	msr, 0xc0000080, 0x277, 0xc0000084, 0xc0000081, 0xc0000082, \
		0xc0000100, 0xc0000101, 0xc0000102, 0x174, 0x175, 0x176
	store_msr \msr
	.endr

	lgdtl	BELOW(gdt_register)
	movl	$BELOW(tables), %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	$SELECTOR_CODE64, $BELOW(start64)

	.code64
	.macro	store64 register
	movq	\register, words + 8 * at(%rip)
	.set	at, at + 1
	.endm
start64:
	.irp	register, %r8, %r9, %r10, %r11, %r12, %r13, %r14, %r15
	store64	\register
	.endr
	leaq	stack_end(%rip), %rsp
	movq	%cr4, %rax
	orl	$CR4_OSFXSR_OSXSAVE, %eax
	movq	%rax, %cr4
	xorl	%ecx, %ecx
	xgetbv
	shlq	$32, %rdx
	orq	%rdx, %rax
	store64	%rax
	movq	%cr8, %rax
	store64	%rax
	movl	$1, %eax
	cpuid
	store64	%rax
	.set	at, at + 1		/* FXSAVE wants multiples of 16 */
	fxsave64 words + 8 * at(%rip)
	/* FCW to FOP, and MXCSR; the addresses between them; XMM0, XMM15. */
	.set	count, at + 4
	movq	words + 8 * (at + 20)(%rip), %rax
	movq	words + 8 * (at + 50)(%rip), %rdx
	movq	%rax, words + 8 * (at + 1)(%rip)
	movq	%rdx, words + 8 * (at + 2)(%rip)
	movl	words + 8 * (at + 3)(%rip), %eax
	movq	%rax, words + 8 * (at + 3)(%rip)

	leaq	words(%rip), %rbx
	movl	$count, %ebp
line:
	movq	(%rbx), %rsi
	movl	$16, %edi
digit:
	rolq	$4, %rsi
	movl	%esi, %r15d
	andl	$15, %r15d
	addl	$'0', %r15d
	cmpl	$'9', %r15d
	jbe	1f
	addl	$'a' - '9' - 1, %r15d
1:	call	put
	decl	%edi
	jnz	digit
	movl	$'\n', %r15d
	call	put
	addq	$8, %rbx
	decl	%ebp
	jnz	line

	/* GHCI, ReportFatalError: an end that the launcher can tell. */
	xorl	%r10d, %r10d
	movl	$TDVMCALL_REPORT_FATAL_ERROR, %r11d
	xorl	%r12d, %r12d
	xorl	%r15d, %r15d
	movl	$0x656e6f64, %r14d	/* "done" */
	movl	$IO_EXPOSE, %ecx
	xorl	%eax, %eax
	.byte	0x66, 0x0f, 0x01, 0xcc
2:	jmp	2b

/* GHCI, Instruction.IO: R15 to COM1. */
put:
	xorl	%r10d, %r10d
	movl	$TDVMCALL_IO, %r11d
	movl	$1, %r12d
	movl	$TDVMCALL_DIRECTION_WRITE, %r13d
	movl	$COM1, %r14d
	movl	$IO_EXPOSE, %ecx
	xorl	%eax, %eax
	.byte	0x66, 0x0f, 0x01, 0xcc
	ret

	.balign	16, 0
	.byte	0xf3, 0xf9, 0xea, 0xe9, 0x8e, 0x16, 0xd5, 0x44
	.byte	0xa8, 0xeb, 0x7f, 0x4d, 0x87, 0x38, 0xf6, 0xae
descriptor:
	.ascii	"TDVF"
	.long	descriptor_end - descriptor, 1, 2
	.long	0, SIZE
	.quad	ADDRESS(start), SIZE
	.long	0, 1			/* BFV, MR_EXTEND */
	.long	0, 0
	.quad	HOB, HOB_SIZE
	.long	2, 0			/* TD_HOB */
descriptor_end:

	/* The table of GUIDs, read from its end. */
	.org	start + SIZE - 0x20 - 18 - 22
	.long	end - descriptor
	.word	22
	.byte	0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47
	.byte	0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2
	.word	18 + 22
	.byte	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45
	.byte	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d
	.org	start + SIZE - 0x10
	.code32
	jmp	start32
	.org	start + SIZE
end:
	.section .note.GNU-stack, "", @progbits
