/* SPDX-License-Identifier: MIT */
/*
 * First instructions of the emulator, and its interrupt entries.
 *
 * #UD is the wall between the host half and the TDX module: the host half
 * executes SEAMCALL, which no CPU of QEMU knows, and the module starts here,
 * on a stack of its own, with nothing of the host but its registers.
 */
#include "arch/x86/frame.h"
#include "emu/boot/stack.h"

	.section .text.entry, "ax"
	.globl	emu_entry
emu_entry:				/* ESI: 0 for the first CPU */
	testl	%esi, %esi
	jnz	1f
	leaq	__bss_start(%rip), %rdi
	leaq	__bss_end(%rip), %rcx
	subq	%rdi, %rcx
	xorl	%eax, %eax
	rep stosb
	leaq	emu_stacks + STACK_AREA(%rip), %rsp
	xorl	%ebp, %ebp
	call	emu_main
1:	movl	$1, %eax		/* its APIC id is its number */
	cpuid
	shrl	$24, %ebx
	cmpl	$STACK_CPUS, %ebx
	jae	park
	leaq	emu_stacks + STACK_AREA(%rip), %rsp
	movl	%ebx, %edi
	shlq	$STACK_AREA_SHIFT, %rbx
	addq	%rbx, %rsp
	xorl	%ebp, %ebp
	call	emu_ap_main		/* void (unsigned int cpu) */
park:	cli
	hlt
	jmp	park

	.text
/*
 * One 16-byte stub a vector: pushes a zero where the CPU pushes no error code,
 * then the vector. Offsets of what lies on the stack: arch/x86/frame.h.
 */
	.set	has_error_code, 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | \
		1 << 13 | 1 << 14 | 1 << 17 | 1 << 21
	.balign	16
	.globl	trap_stubs
trap_stubs:
	.macro	trap_stub to
	.balign	16
	.if	vector >= 32
	pushq	$0
	.elseif	((has_error_code >> vector) & 1) == 0
	pushq	$0
	.endif
	pushq	$vector
	jmp	\to
	.set	vector, vector + 1
	.endm

	.set	vector, 0
	.rept	6
	trap_stub trap_common
	.endr
	trap_stub invalid_opcode
	.rept	249
	trap_stub trap_common
	.endr

	.macro	save_registers
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	.endm

	.macro	restore_registers
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	.endm

trap_common:
	save_registers
	movq	%rsp, %rdi
	call	trap_dispatch		/* void (struct trap_frame *) */
	.globl	trap_return
trap_return:				/* RSP: the frame; SEAMRET, too */
	restore_registers
	addq	$16, %rsp
	iretq

invalid_opcode:
	save_registers
	movq	%rsp, %rdi
	movq	FRAME_RIP(%rsp), %rax
	cmpl	$0xcf010f66, (%rax)	/* SEAMCALL */
	jne	1f
	movq	%rsp, %rsi
	subq	$emu_stacks, %rsi
	shrq	$STACK_AREA_SHIFT, %rsi
	cmpb	$0, seam_is_open(%rsi)
	je	2f
	andq	$-STACK_MODULE_TOP, %rsp
	jmp	module_entry		/* RDI: frame, ESI: number of the CPU */
1:	call	trap_dispatch
	jmp	trap_return
2:	call	seam_refuse		/* void (struct trap_frame *) */
	jmp	trap_return

	.bss
	.balign	STACK_AREA
	.globl	emu_stacks
emu_stacks:
	.skip	STACK_AREA * STACK_CPUS

	.section .note.GNU-stack, "", @progbits
