/* SPDX-License-Identifier: MIT */
/*
 * Single instructions for the tests of #VE. Part of every kernel's objects;
 * the linker drops it from all programs but those tests.
 */

/* PAGING_SHARED_BASE + the scratch registers of ve_mmio.c. */
#define VE_MMIO_ADDRESS 0xFFFF8000FED1C120

#define RFLAGS_SLOT 0x80

	.section .text.ve_case_run, "ax", @progbits
	.globl	ve_case_run
	.hidden	ve_case_run
	.type	ve_case_run, @function
ve_case_run:				/* RDI case, RSI registers */
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%rsi
	movslq	(%rdi), %rax
	addq	%rax, %rdi
	pushq	%rdi			/* stack: code, registers */
	movq	0x00(%rsi), %rax
	movq	0x08(%rsi), %rcx
	movq	0x10(%rsi), %rdx
	movq	0x18(%rsi), %rbx
	movq	0x28(%rsi), %rbp
	movq	0x38(%rsi), %rdi
	movq	0x40(%rsi), %r8
	movq	0x48(%rsi), %r9
	movq	0x50(%rsi), %r10
	movq	0x58(%rsi), %r11
	movq	0x60(%rsi), %r12
	movq	0x68(%rsi), %r13
	movq	0x70(%rsi), %r14
	movq	0x78(%rsi), %r15
	pushq	RFLAGS_SLOT(%rsi)
	movq	0x30(%rsi), %rsi
	popfq
	jmp	*(%rsp)

	.globl	ve_case_done
	.hidden	ve_case_done
ve_case_done:
	pushfq
	popq	(%rsp)			/* over the code's address */
	pushq	%rsi
	movq	0x10(%rsp), %rsi
	movq	%rax, 0x00(%rsi)
	movq	%rcx, 0x08(%rsi)
	movq	%rdx, 0x10(%rsi)
	movq	%rbx, 0x18(%rsi)
	movq	%rbp, 0x28(%rsi)
	movq	%rdi, 0x38(%rsi)
	movq	%r8, 0x40(%rsi)
	movq	%r9, 0x48(%rsi)
	movq	%r10, 0x50(%rsi)
	movq	%r11, 0x58(%rsi)
	movq	%r12, 0x60(%rsi)
	movq	%r13, 0x68(%rsi)
	movq	%r14, 0x70(%rsi)
	movq	%r15, 0x78(%rsi)
	popq	0x30(%rsi)
	popq	RFLAGS_SLOT(%rsi)
	popq	%rsi
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	cld
	ret
	.size	ve_case_run, . - ve_case_run

.macro TABLE name
	.pushsection .rodata.\name, "a", @progbits
	.balign	4
	.globl	\name
	.hidden	\name
\name:
	.popsection
.endm

.macro CASE table, insn:vararg
	.pushsection .text.ve_case_run
1:	\insn
	jmp	ve_case_done
	.popsection
	.pushsection .rodata.\table, "a", @progbits
	.long	1b - .
	.long	2f - .
	.popsection
	.pushsection .rodata.ve_texts, "a", @progbits
2:	.asciz	"\insn"
	.popsection
.endm

.macro END table
	.pushsection .rodata.\table, "a", @progbits
	.globl	\table\()_end
	.hidden	\table\()_end
\table\()_end:
	.popsection
.endm

/* A table of one. */
.macro ONE name, insn:vararg
	TABLE	\name
	CASE	\name, \insn
.endm

	TABLE	ve_mmio_cases
	/* Stores: sizes, registers old, new and high, immediates. */
	CASE	ve_mmio_cases, movb %al, (%rbx)
	CASE	ve_mmio_cases, movb %ah, (%rbx)
	CASE	ve_mmio_cases, movb %ch, (%rbp)
	CASE	ve_mmio_cases, movb %dh, 1(%rbx)
	CASE	ve_mmio_cases, movb %sil, (%rbx)
	CASE	ve_mmio_cases, movb %r9b, 3(%rbx)
	CASE	ve_mmio_cases, movw %dx, (%rbx)
	CASE	ve_mmio_cases, movw %r11w, 2(%r13)
	CASE	ve_mmio_cases, movl %ecx, (%rbx)
	CASE	ve_mmio_cases, movl %r15d, 4(%r12)
	CASE	ve_mmio_cases, movq %rdx, (%rbx)
	CASE	ve_mmio_cases, movq %r14, 8(%rbp)
	CASE	ve_mmio_cases, movb $0x80, (%rbx)
	CASE	ve_mmio_cases, movw $0x8001, (%rbx)
	CASE	ve_mmio_cases, movl $0x80000001, (%rbx)
	CASE	ve_mmio_cases, movq $-2, (%rbx)
	CASE	ve_mmio_cases, movq $0x7FFFFFFF, 8(%rbx)
	/* Loads: what happens to the rest of the register. */
	CASE	ve_mmio_cases, movb (%rbx), %al
	CASE	ve_mmio_cases, movb (%rbx), %ah
	CASE	ve_mmio_cases, movb (%rbx), %ch
	CASE	ve_mmio_cases, movb (%rbx), %dh
	CASE	ve_mmio_cases, movb (%rbx), %r10b
	CASE	ve_mmio_cases, movb 7(%rbx), %dl
	CASE	ve_mmio_cases, movw (%rbx), %cx
	CASE	ve_mmio_cases, movw 6(%rbx), %r8w
	CASE	ve_mmio_cases, movl (%rbx), %edx
	CASE	ve_mmio_cases, movl 4(%rbx), %r8d
	CASE	ve_mmio_cases, movq (%rbx), %rax
	CASE	ve_mmio_cases, movq 8(%rbx), %r15
	CASE	ve_mmio_cases, movzbw (%rbx), %cx
	CASE	ve_mmio_cases, movzbl (%rbx), %ecx
	CASE	ve_mmio_cases, movzbq (%rbx), %r9
	CASE	ve_mmio_cases, movzwl (%rbx), %edx
	CASE	ve_mmio_cases, movzwq (%rbx), %rdx
	CASE	ve_mmio_cases, movsbw (%rbx), %ax
	CASE	ve_mmio_cases, movsbl 1(%rbx), %eax
	CASE	ve_mmio_cases, movsbq (%rbx), %rax
	CASE	ve_mmio_cases, movswl (%rbx), %r14d
	CASE	ve_mmio_cases, movswq 2(%rbx), %rcx
	CASE	ve_mmio_cases, movslq (%rbx), %rdx
	CASE	ve_mmio_cases, .byte 0x63, 0x03 /* movsxd (%rbx), %eax */
	/* Addresses. */
	CASE	ve_mmio_cases, movl %ecx, 0x8(%rbx)
	CASE	ve_mmio_cases, movl %ecx, -0x8(%rbx)
	CASE	ve_mmio_cases, .byte 0x89, 0x8B, 8, 0, 0, 0 /* disp32 */
	CASE	ve_mmio_cases, movl %ecx, (%rbx, %rsi)
	CASE	ve_mmio_cases, movl (%rbx, %rsi, 2), %ecx
	CASE	ve_mmio_cases, movl %ecx, -16(%rbx, %rsi, 4)
	CASE	ve_mmio_cases, movl 0x38(%rbx, %rdi, 8), %ecx
	CASE	ve_mmio_cases, movl %ecx, 8(%r12, %rdi)
	CASE	ve_mmio_cases, movl %ecx, (%r13, %rsi)
	CASE	ve_mmio_cases, movl %ecx, (%rbp, %rsi, 1)
	CASE	ve_mmio_cases, movl %gs:(%rsi), %ecx
	CASE	ve_mmio_cases, movl %ecx, %gs:8
	CASE	ve_mmio_cases, movl %ds:(%rbx), %ecx
	END	ve_mmio_cases

	TABLE	ve_moffs_cases
	CASE	ve_moffs_cases, movabsb VE_MMIO_ADDRESS, %al
	CASE	ve_moffs_cases, movb (%rbx), %al
	CASE	ve_moffs_cases, movabsw VE_MMIO_ADDRESS, %ax
	CASE	ve_moffs_cases, movw (%rbx), %ax
	CASE	ve_moffs_cases, movabsl VE_MMIO_ADDRESS, %eax
	CASE	ve_moffs_cases, movl (%rbx), %eax
	CASE	ve_moffs_cases, movabsq VE_MMIO_ADDRESS, %rax
	CASE	ve_moffs_cases, movq (%rbx), %rax
	CASE	ve_moffs_cases, movabsb %al, VE_MMIO_ADDRESS
	CASE	ve_moffs_cases, movb %al, (%rbx)
	CASE	ve_moffs_cases, movabsw %ax, VE_MMIO_ADDRESS
	CASE	ve_moffs_cases, movw %ax, (%rbx)
	CASE	ve_moffs_cases, movabsl %eax, VE_MMIO_ADDRESS
	CASE	ve_moffs_cases, movl %eax, (%rbx)
	CASE	ve_moffs_cases, movabsq %rax, VE_MMIO_ADDRESS
	CASE	ve_moffs_cases, movq %rax, (%rbx)
	END	ve_moffs_cases

	/*
	 * What forms cost (tests/bench/steps.c): the memory is at RBX, at R13
	 * and at VE_MMIO_ADDRESS, RSI = 8; strings have their own registers.
	 */
.macro COST name, insn:vararg
	CASE	ve_cost_cases, \insn
	.pushsection .rodata.ve_cost_names, "a", @progbits
	.asciz	"\name"
	.popsection
.endm

	TABLE	ve_cost_cases
	.pushsection .rodata.ve_cost_names, "a", @progbits
	.globl	ve_cost_names
	.hidden	ve_cost_names
ve_cost_names:
	.popsection
	COST	mmio_read32, movl (%rbx), %edx
	COST	mmio_write32, movl %ecx, (%rbx)
	COST	mov_index, movl -16(%rbx, %rsi, 2), %eax
	COST	mov_index_store, movl %eax, -16(%rbx, %rsi, 2)
	COST	mov_rex, movq %r9, 0x0(%r13)
	COST	mov16, movw %dx, (%rbx)
	COST	mov8_high, movb (%rbx), %ch
	COST	mov_constant, movl $1, (%rbx)
	COST	mov_constant_rex, movl $1, 0x0(%r13)
	COST	mov_gs, movl %gs:-8(%rsi), %eax
	COST	mov_gs_a32, movl %gs:-16(%esi, %esi), %eax
	COST	mov_absolute, movabsl VE_MMIO_ADDRESS, %eax
	COST	movnti, movntil %eax, (%rbx)
	COST	movzx, movzwl (%rbx), %eax
	COST	movzx_rex, movzbq 0x0(%r13), %r9
	COST	movsx, movsbl (%rbx), %eax
	COST	movsxd, movslq (%rbx), %rax
	COST	movbe, movbel (%rbx), %eax
	COST	add_load, addl (%rbx), %eax
	COST	adc_load, adcq 0x0(%r13), %r9
	COST	cmp, cmpl %eax, (%rbx)
	COST	cmp_constant, cmpb $1, (%rbx)
	COST	cmp_index, cmpq $1, -16(%rbx, %rsi, 2)
	COST	test_constant, testl $1, (%rbx)
	COST	bt, btl $3, (%rbx)
	COST	bt_register, btl %esi, (%rbx)
	COST	movss, movss (%rbx), %xmm7
	COST	movq_store, movq %xmm7, (%rbx)
	COST	stos, stosl
	COST	movs_load, movsl
	COST	movs_store, movsl
	COST	add, addl %eax, (%rbx)
	COST	add_constant, addl $1, (%rbx)
	COST	add_index, addq $1, -16(%rbx, %rsi, 2)
	COST	adc, adcq %r9, 0x0(%r13)
	COST	inc, incl (%rbx)
	COST	not, notl (%rbx)
	COST	neg, negb (%rbx)
	COST	xchg, xchgl %eax, (%rbx)
	COST	bts, btsl $3, (%rbx)
	COST	btr_register, btrq %rsi, 0x0(%r13)
	COST	movups_load, movups (%rbx), %xmm7
	COST	movups_store, movups %xmm7, (%rbx)
	COST	movups_index, movups -16(%rbx, %rsi, 2), %xmm9
	COST	movdqa, movdqa (%rbx), %xmm7
	COST	vmovups_load, vmovups (%rbx), %ymm7
	COST	vmovups_store, vmovups %ymm7, (%rbx)
	COST	rep_stos, rep stosl
	COST	rep_movs_load, rep movsl
	COST	rep_movs_store, rep movsl
	END	ve_cost_cases

	ONE	ve_in8_imm, inb $0x71, %al
	ONE	ve_in8, inb %dx, %al
	ONE	ve_in16, inw %dx, %ax
	ONE	ve_in32, inl %dx, %eax
	ONE	ve_out8_imm, outb %al, $0x70
	ONE	ve_out8, outb %al, %dx
	ONE	ve_out16, outw %ax, %dx
	ONE	ve_out32, outl %eax, %dx
	ONE	ve_ins8, insb
	ONE	ve_rep_ins8, rep insb
	ONE	ve_rep_ins8_a32, addr32 rep insb
	ONE	ve_outs8, outsb
	ONE	ve_rep_outs16, rep outsw
	ONE	ve_rep_outs32, rep outsl
	ONE	ve_rep_outs8_gs, rep outsb %gs:(%rsi), (%dx)
	ONE	ve_hlt, hlt
	ONE	ve_sti_hlt, .byte 0xFB, 0xF4 /* sti, hlt */
	ONE	ve_no_stack, .byte 0x48, 0x94, 0x90, 0x48, 0x94
	ONE	ve_cpuid, cpuid
	ONE	ve_rdmsr, rdmsr
	ONE	ve_wrmsr, wrmsr
	ONE	ve_int20, int $20
	ONE	ve_wbinvd, wbinvd
	ONE	ve_vmcall, vmcall
	/* Calls, to see what they leave in registers. */
	ONE	tdx_call_io_read, call tdvmcall_io_read
	ONE	tdx_call_io_write, call tdvmcall_io_write
	ONE	tdx_call_rdmsr, call tdvmcall_rdmsr
	ONE	tdx_call_wrmsr, call tdvmcall_wrmsr
	ONE	tdx_call_hlt, call tdvmcall_hlt_sti
	ONE	ve_mmio_add, addl %eax, (%rbx)
	ONE	ve_mmio_load32, movl (%rbx), %eax
	ONE	ve_mmio_cmpxchg, cmpxchgl %ecx, (%rbx)
	ONE	ve_mmio_lock_add, lock addl %eax, (%rbx)
	ONE	ve_mmio_movsx8, movsbl (%rbx), %eax
	ONE	ve_mmio_movsx16, movswq (%rbx), %rax
	ONE	ve_mmio_constant, movq $-2, (%rbx)
	ONE	ve_mmio_load_ch, movb (%rbx), %ch
	ONE	ve_mmio_store_dh, movb %dh, (%rbx)
	ONE	ve_mmio_store8, movb %al, (%rbx)
	ONE	ve_mmio_stos8, rep stosb
	ONE	ve_mmio_store32, movl %eax, (%rbx)
	ONE	ve_mmio_load16, movzwl (%rbx), %eax

	.section .note.GNU-stack, "", @progbits
