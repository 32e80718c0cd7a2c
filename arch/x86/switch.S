/* SPDX-License-Identifier: MIT */
/*
 * Stack switches. A sleeping context's stack, from its saved pointer up:
 *
 *	0x00	mxcsr (4), x87 control word (4, upper half unused)
 *	0x08	r15
 *	0x10	r14
 *	0x18	r13
 *	0x20	r12
 *	0x28	rbx
 *	0x30	rbp
 *	0x38	return address
 */
#define SAVED_SIZE 0x40
#define SAVED_R13 0x18
#define SAVED_R12 0x20
#define SAVED_RETURN 0x38
#define DEFAULT_CONTROL_WORDS 0x0000037F00001F80

	.section .text.switch, "ax", @progbits

	.globl	switch_stacks
	.hidden	switch_stacks
switch_stacks:				/* void **save, void *load */
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret

	.globl	switch_prepare
	.hidden	switch_prepare
switch_prepare:				/* void *top, entry, void *arg */
	leaq	-SAVED_SIZE(%rdi), %rax
	leaq	switch_begin(%rip), %rcx
	movq	%rcx, SAVED_RETURN(%rax)
	movq	%rsi, SAVED_R12(%rax)
	movq	%rdx, SAVED_R13(%rax)
	movabsq	$DEFAULT_CONTROL_WORDS, %rcx
	movq	%rcx, (%rax)
	ret

switch_begin:				/* r12: entry, r13: arg */
	movq	%r13, %rdi
	xorl	%ebp, %ebp
	call	*%r12
	ud2

	.globl	switch_abandon
	.hidden	switch_abandon
switch_abandon:				/* void *top, entry, const void *arg */
	movq	%rdi, %rsp
	movq	%rdx, %rdi
	xorl	%ebp, %ebp
	call	*%rsi
	ud2

	.section .note.GNU-stack, "", @progbits
