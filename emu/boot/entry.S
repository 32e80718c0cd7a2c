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
	restore_registers
	addq	$16, %rsp
	iretq

invalid_opcode:
	save_registers
	movq	%rsp, %rdi
	movq	FRAME_RIP(%rsp), %rax
	cmpl	$0xcf010f66, (%rax)	/* SEAMCALL */
	jne	1f
	movq	%rsp, %rax
	subq	$emu_stacks, %rax
	shrq	$STACK_AREA_SHIFT, %rax
	cmpb	$0, seam_is_open(%rax)
	je	2f
	andq	$-STACK_AREA, %rsp
	addq	$STACK_MODULE_TOP, %rsp
	pushq	%rdi
	pushq	%rdi			/* keeps the stack 16-byte aligned */
	call	module_seamcall		/* void (struct trap_frame *) */
	popq	%rsp
	restore_registers
	addq	$16, %rsp
	iretq
1:	call	trap_dispatch
3:	restore_registers
	addq	$16, %rsp
	iretq
2:	call	seam_refuse		/* void (struct trap_frame *) */
	jmp	3b

/*
 * void svm_run(paddr_t vmcb, uint64_t gpr[16], bool has_shadow): RAX and RSP
 * are in the VMCB.
 */
	.globl	svm_run
svm_run:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rsi
	testl	%edx, %edx		/* ZF, for after all the moves */
	movq	%rdi, %rax
	movq	8(%rsi), %rcx
	movq	16(%rsi), %rdx
	movq	24(%rsi), %rbx
	movq	40(%rsi), %rbp
	movq	56(%rsi), %rdi
	movq	64(%rsi), %r8
	movq	72(%rsi), %r9
	movq	80(%rsi), %r10
	movq	88(%rsi), %r11
	movq	96(%rsi), %r12
	movq	104(%rsi), %r13
	movq	112(%rsi), %r14
	movq	120(%rsi), %r15
	movq	48(%rsi), %rsi
	/*
	 * The host's IF = 1 at VMRUN lets a physical interrupt take the CPU
	 * from a guest that has its own off; GIF = 0 keeps it from the host.
	 * QEMU 7.2 takes the shadow of this STI into the guest, and never one
	 * from the VMCB: so it is there exactly when the guest's is due.
	 */
	clgi
	jnz	1f
	sti
	nop
	jmp	2f
1:	sti
2:	vmrun
	cli
	stgi
	pushq	%rsi
	movq	8(%rsp), %rsi
	movq	%rcx, 8(%rsi)
	movq	%rdx, 16(%rsi)
	movq	%rbx, 24(%rsi)
	movq	%rbp, 40(%rsi)
	movq	%rdi, 56(%rsi)
	popq	48(%rsi)
	movq	%r8, 64(%rsi)
	movq	%r9, 72(%rsi)
	movq	%r10, 80(%rsi)
	movq	%r11, 88(%rsi)
	movq	%r12, 96(%rsi)
	movq	%r13, 104(%rsi)
	movq	%r14, 112(%rsi)
	movq	%r15, 120(%rsi)
	popq	%rsi
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret

	.bss
	.balign	STACK_AREA
	.globl	emu_stacks
emu_stacks:
	.skip	STACK_AREA * STACK_CPUS

	.section .note.GNU-stack, "", @progbits
