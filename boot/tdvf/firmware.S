/* SPDX-License-Identifier: MIT */
/*
 * The firmware image around a kernel: the loader, its page tables, and what
 * tells the host how to build the TD. Its last byte lies at 4 GiB - 1.
 *
 *	start	a blank page, where an EFI program has its headers
 *		the kernel, as it is linked for address 0 (KERNEL, a file)
 *		blank up to a multiple of 64 KiB, as QEMU wants it
 *	tables	page tables: the first 512 GiB, each at its own address
 *	code	the loader, TDVF metadata, the table of GUIDs
 *	end-16	the reset vector
 *
 * All of it is one section of the metadata: private memory from the start,
 * and measured. There is no temporary memory that the host would fill.
 */
#include "arch/x86/tdx/abi.h"
#include "boot/tdvf/layout.h"

#define FOUR_GIB 0x100000000
/* Where something in here lies; BELOW fits 32 bits as a negative number. */
#define BELOW(label) (-(end - (label)))
#define ADDRESS(label) (FOUR_GIB - (end - (label)))
#define SIZE (end - start)

#define CODE_SIZE 0x1000
#define END_SIZE (0x2000 + CODE_SIZE)	/* from the tables on */
#define GRANULE 0x10000

#define CR0_PE 1
#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define PTE_TABLE 0x23		/* present, writable, accessed */
#define PTE_1G 0xe3		/* the same, dirty, a page */
#define SELECTOR_CODE64 8

#define ACCEPT_TRIES 1000
#define PAGE 0x1000

/* TDVF metadata. */
#define SECTION_BFV 0
#define SECTION_TD_HOB 2
#define ATTRIBUTE_MR_EXTEND 1

#define HLT_EXPOSE (TDVMCALL_EXPOSE_R10 | TDVMCALL_EXPOSE_R11 | \
		    TDVMCALL_EXPOSE_R12)
#define FATAL_EXPOSE (TDVMCALL_EXPOSE_R10 | TDVMCALL_EXPOSE_R11 |  \
		      TDVMCALL_EXPOSE_R14 | TDVMCALL_EXPOSE_R15 |  \
		      TDVMCALL_EXPOSE_RBX | TDVMCALL_EXPOSE_RDI |  \
		      TDVMCALL_EXPOSE_RSI | TDVMCALL_EXPOSE_R8 |   \
		      TDVMCALL_EXPOSE_R9 | TDVMCALL_EXPOSE_RDX)

.macro TDCALL
	.byte	0x66, 0x0f, 0x01, 0xcc
.endm

	.section .firmware, "awx", @progbits
start:
	.skip	TDVF_TEXT
text:
	.incbin	KERNEL
text_end:
	.balign	PAGE, 0
padding:
	.skip	(GRANULE - (padding - start + END_SIZE) % GRANULE) % GRANULE

tables:
	.quad	ADDRESS(gigabytes) + PTE_TABLE
	.skip	511 * 8
gigabytes:
	.set	gigabyte, 0
	.rept	512
	.quad	(gigabyte << 30) + PTE_1G
	.set	gigabyte, gigabyte + 1
	.endr

code:
	.balign	8, 0
gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* 64-bit code */
gdt_end:
gdt_register:
	.word	gdt_end - gdt - 1
	.long	BELOW(gdt)

/*
 * ESI: number of the vCPU; flat segments, paging off. CR4.MCE, CR0.NE and
 * EFER, LME included, are set and must stay so.
 */
	.code32
start32:
	rdtsc
	movl	%eax, %edi
	movl	%edx, %ebp
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
start64:
	testl	%esi, %esi
	jnz	park
	shlq	$32, %rbp		/* the TSC at the first instruction */
	orq	%rdi, %rbp

	/* The kernel's memory, that without contents included: now zero. */
	movl	$TDVF_KERNEL, %ebx
	movq	text + TDVF_TEXT_SIZE - TDVF_TEXT(%rip), %r13
	addq	$(TDVF_KERNEL + TDVF_TEXT_SIZE), %r13
accept:
	movl	$ACCEPT_TRIES, %r12d
again:	movq	%rbx, %rcx		/* level 0: 4 KiB */
	movl	$TDG_MEM_PAGE_ACCEPT, %eax
	TDCALL
	testq	%rax, %rax
	jz	accepted
	/* A page that was accepted before holds what the host put there. */
	shrq	$32, %rax
	cmpl	$(TDX_OPERAND_BUSY >> 32), %eax
	jne	refused
	decl	%r12d
	jnz	again
	jmp	refused
accepted:
	addq	$PAGE, %rbx
	cmpq	%r13, %rbx
	jb	accept

	leaq	text(%rip), %rsi
	movl	$(TDVF_KERNEL + TDVF_TEXT), %edi
	movl	$(text_end - text), %ecx
	rep movsb
	movq	%rbp, %rdi
	leaq	start(%rip), %rsi
	movl	$(TDVF_KERNEL + TDVF_TEXT), %eax
	jmp	*%rax

/* GHCI, ReportFatalError: 64 bytes of text in these registers. */
refused:
	movq	message + 0x00(%rip), %r14
	movq	message + 0x08(%rip), %r15
	movq	message + 0x10(%rip), %rbx
	movq	message + 0x18(%rip), %rdi
	movq	message + 0x20(%rip), %rsi
	movq	message + 0x28(%rip), %r8
	movq	message + 0x30(%rip), %r9
	movq	message + 0x38(%rip), %rdx
	xorl	%r10d, %r10d
	movl	$TDVMCALL_REPORT_FATAL_ERROR, %r11d
	xorl	%r12d, %r12d
	movl	$FATAL_EXPOSE, %ecx
	xorl	%eax, %eax		/* TDG_VP_VMCALL */
	TDCALL

/* Other vCPUs, and whoever is left here: HLT for ever, interrupts blocked. */
park:
	xorl	%r10d, %r10d
	movl	$TDVMCALL_HLT, %r11d
	movl	$1, %r12d
	movl	$HLT_EXPOSE, %ecx
	xorl	%eax, %eax
	TDCALL
	jmp	park

	.balign	8, 0
message:
	.ascii	"tdvf: host gives no fresh memory for the kernel (2 MiB on)"
	.org	message + 64, 0

	/* TDVF: e9eaf9f3-168e-44d5-a8eb-7f4d8738f6ae, then the descriptor. */
	.balign	16, 0
	.byte	0xf3, 0xf9, 0xea, 0xe9, 0x8e, 0x16, 0xd5, 0x44
	.byte	0xa8, 0xeb, 0x7f, 0x4d, 0x87, 0x38, 0xf6, 0xae
descriptor:
	.ascii	"TDVF"
	.long	descriptor_end - descriptor
	.long	1			/* version */
	.long	2			/* sections */

	.long	0, SIZE			/* in the image */
	.quad	ADDRESS(start), SIZE	/* in memory */
	.long	SECTION_BFV, ATTRIBUTE_MR_EXTEND

	.long	0, 0
	.quad	TDVF_HOB, TDVF_HOB_SIZE
	.long	SECTION_TD_HOB, 0
descriptor_end:

	/* The table of GUIDs, read from its end. */
	.org	code + CODE_SIZE - 0x20 - 18 - 22
	/* e47a6535-984a-4798-865e-4685a7bf8ec2: TDX metadata */
	.long	end - descriptor
	.word	22
	.byte	0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47
	.byte	0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2
	/* 96b582de-1fb2-45f7-baea-a366c55a082d: the table */
	.word	18 + 22
	.byte	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45
	.byte	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d

	/*
	 * These bytes mean the same to a CPU in real mode, which is no TD and
	 * is halted.
	 */
	.org	code + CODE_SIZE - 0x10
	.code32
	movl	%cr0, %eax
	testb	$CR0_PE, %al
	jz	1f
	jmp	start32
1:	hlt
	jmp	1b
	.org	code + CODE_SIZE
end:
	.section .note.GNU-stack, "", @progbits
