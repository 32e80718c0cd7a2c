/* SPDX-License-Identifier: MIT */
/*
 * The kernel's first instructions after firmware.S has copied it: relocates
 * the image, as GNU-EFI's crt0 does on the other path (tools/check-elf sees
 * to it that no more than this is needed), and calls tdvf_main().
 */
#include "boot/tdvf/layout.h"

#define STACK_SIZE 4096
#define RELA_SIZE 24

	/* Linked first: at TDVF_TEXT. */
	.section .text.start, "ax", @progbits
	.globl	_start
	.hidden	_start
_start:					/* RDI, RSI: see tdvf_main() */
	jmp	relocate
	.org	TDVF_TEXT_SIZE - TDVF_TEXT
	.quad	__image_end - .		/* what firmware.S must accept */

relocate:
	leaq	stack_top(%rip), %rsp
	leaq	__image_start(%rip), %rbx
	leaq	__rela_start(%rip), %rcx
	leaq	__rela_end(%rip), %rdx
1:	cmpq	%rdx, %rcx
	jae	2f
	movq	(%rcx), %rax
	addq	%rbx, (%rbx,%rax)
	addq	$RELA_SIZE, %rcx
	jmp	1b
2:	xorl	%ebp, %ebp
	call	tdvf_main
	ud2

	.section .bss.tdvf_stack, "aw", @nobits
	.balign	16
	.skip	STACK_SIZE
stack_top:
	.section .note.GNU-stack, "", @progbits
