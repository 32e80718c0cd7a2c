/* SPDX-License-Identifier: MIT */
/* void ovmf_execute(void): one of each instruction that is to raise #VE. */
#define HYPERVISOR_LEAF 0x40000000
#define MSR_APIC_BASE 0x1B
#define MSR_UCODE_REV 0x8B
#define PORT_POST 0x80
/* The HPET's configuration, in memory that OVMF maps as shared. */
#define HPET_CONFIGURATION 0xFED00010

	.text
	.globl	ovmf_execute
	.hidden	ovmf_execute
	.type	ovmf_execute, @function
ovmf_execute:
	pushq	%rbx
	movl	$HYPERVISOR_LEAF, %eax
	xorl	%ecx, %ecx
	cpuid
	movl	$MSR_APIC_BASE, %ecx
	rdmsr
	xorl	%eax, %eax
	xorl	%edx, %edx
	movl	$MSR_UCODE_REV, %ecx
	wrmsr
	movl	$PORT_POST, %edx
	inb	%dx, %al
	outb	%al, %dx
	movl	$HPET_CONFIGURATION, %edx
	movl	(%rdx), %eax
	movl	%eax, (%rdx)
	popq	%rbx
	ret
	.size	ovmf_execute, . - ovmf_execute

/* void ovmf_halt(void): until the firmware's timer has come. */
	.globl	ovmf_halt
	.hidden	ovmf_halt
	.type	ovmf_halt, @function
ovmf_halt:
	hlt
	ret
	.size	ovmf_halt, . - ovmf_halt

	.section .note.GNU-stack, "", @progbits
