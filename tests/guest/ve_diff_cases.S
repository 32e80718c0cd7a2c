/* SPDX-License-Identifier: MIT */
/*
 * Instructions for the differential tests of #VE: operations times addressing
 * modes, by the preprocessor. Each lies between ve_case_run() (ve_cases.S) and
 * a call that says where it ended. What the registers hold is in ve_diff.h.
 */

#include "arch/x86/extable.h"

	.section .bss.ve_diff_end, "aw", @nobits
	.balign	8
	.globl	ve_diff_end
	.hidden	ve_diff_end
ve_diff_end:
	.skip	8

	.section .text.ve_diff_done, "ax", @progbits
ve_diff_done:				/* changes no flag */
	popq	ve_diff_end(%rip)
	jmp	ve_case_done

/* %fs:ve_diff_anchor(%rip) and %fs:(%r14): where the memory is. */
	.section .rodata.ve_diff_anchor, "a", @progbits
	.globl	ve_diff_anchor
	.hidden	ve_diff_anchor
ve_diff_anchor:
	.byte	0

.macro TABLE name
	.pushsection .rodata.ve_diff_\name, "a", @progbits
	.balign	4
	.globl	ve_diff_\name
	.hidden	ve_diff_\name
ve_diff_\name:
	.popsection
	.pushsection .text.ve_diff_\name, "ax", @progbits
	.popsection
.endm

.macro CASE name, insn:vararg
	.pushsection .text.ve_diff_\name, "ax", @progbits
1:	\insn
	call	ve_diff_done
	.popsection
	.pushsection .rodata.ve_diff_\name, "a", @progbits
	.long	1b - .
	.long	2f - .
	.popsection
	.pushsection .rodata.ve_diff_\name\()_texts, "a", @progbits
2:	.asciz	"\insn"
	.popsection
.endm

.macro END name
	.pushsection .rodata.ve_diff_\name, "a", @progbits
	.globl	ve_diff_\name\()_end
	.hidden	ve_diff_\name\()_end
ve_diff_\name\()_end:
	.popsection
.endm

.macro M insn:vararg
	CASE	moves, \insn
.endm
.macro A insn:vararg
	CASE	arithmetic, \insn
.endm
.macro S insn:vararg
	CASE	sse, \insn
.endm
.macro V insn:vararg
	CASE	avx, \insn
.endm

/* Addressing modes without REX: with AH, CH, DH and BH, too. */
#define FOR_LEGACY_MODES(X) \
	X((%rbx)) X(8(%rbx)) X(-8(%rbx)) X((%rbp)) X(16(%rbp)) \
	X((%rbx, %rsi)) X((%rbx, %rsi, 2)) X(-32(%rbx, %rsi, 4)) \
	X(64(%rbx, %rdi, 8)) X(-8(%rbp, %rsi)) X((%rbp, %rdi)) \
	X(%gs:(%rsi)) X(%gs:8) X(%gs:-8(, %rsi, 2)) X(%ds:(%rbx)) \
	X(%fs:ve_diff_anchor(%rip)) X(%fs:ve_diff_anchor+8(%rip)) \
	X(%gs:(%esi)) X(%gs:16(%edi)) X(%gs:-8(%esi, %esi)) \
	X(%gs:-24(%esi, %esi, 2)) X(%gs:24(, %edi, 2))
#define FOR_REX_MODES(X) \
	X((%r12)) X(8(%r12)) X((%r13)) X(-8(%r13)) X((%r12, %rsi)) \
	X(8(%r12, %rdi)) X((%r13, %rsi)) X((%rbx, %r15)) \
	X(-16(%rbp, %r15, 2)) X(%gs:(%r15)) X(%fs:(%r14)) X(%gs:(%r8d)) \
	X(%gs:16(%r9d)) X(%gs:(%r15d, %r15d)) X(%gs:-16(%r8d, %r8d, 2))
#define FOR_MODES(X) FOR_LEGACY_MODES(X) FOR_REX_MODES(X)

#define MOVES(mem) \
	M movb %al, mem; M movb %sil, mem; M movb %r10b, mem; \
	M movw %cx, mem; M movw %r11w, mem; M movl %edx, mem; \
	M movl %r14d, mem; M movq %rdx, mem; M movq %r15, mem; \
	M movb $0x80, mem; M movw $0x8001, mem; M movl $0x80000001, mem; \
	M movq $-2, mem; M movq $0x7FFFFFFF, mem; \
	M movb mem, %al; M movb mem, %dil; M movb mem, %r9b; \
	M movw mem, %ax; M movw mem, %r8w; M movl mem, %edx; \
	M movl mem, %r15d; M movq mem, %rcx; M movq mem, %r10; \
	M movzbw mem, %cx; M movzbl mem, %r9d; M movzbq mem, %rdx; \
	M movzwl mem, %eax; M movzwq mem, %r11; M movsbw mem, %r8w; \
	M movsbl mem, %eax; M movsbq mem, %r10; M movswl mem, %r14d; \
	M movswq mem, %rcx; M movslq mem, %rdx; \
	M movbew mem, %ax; M movbel mem, %r9d; M movbeq mem, %rcx; \
	M movbew %dx, mem; M movbel %eax, mem; M movbeq %r11, mem;
#define HIGH_MOVES(mem) \
	M movb %ah, mem; M movb %ch, mem; M movb %dh, mem; \
	M movb mem, %ah; M movb mem, %ch; M movb mem, %dh; M movb mem, %bh;
/* All registers, at one place. */
#define MOVES_OF(b, w, l, q) \
	M movb %b, (%rbx); M movw %w, (%rbx); M movl %l, (%rbx); \
	M movq %q, (%rbx); M movb (%rbp), %b; M movw (%r12), %w; \
	M movl (%r13), %l; M movq (%rbx), %q; M movslq (%rbx), %q; \
	M movswl (%rbp), %l; M movzbl 1(%r12), %l; M movbeq (%rbx), %q;

	TABLE	moves
FOR_MODES(MOVES)
FOR_LEGACY_MODES(HIGH_MOVES)
MOVES_OF(al, ax, eax, rax)
MOVES_OF(cl, cx, ecx, rcx)
MOVES_OF(dl, dx, edx, rdx)
MOVES_OF(sil, si, esi, rsi)
MOVES_OF(dil, di, edi, rdi)
MOVES_OF(r8b, r8w, r8d, r8)
MOVES_OF(r9b, r9w, r9d, r9)
MOVES_OF(r10b, r10w, r10d, r10)
MOVES_OF(r11b, r11w, r11d, r11)
MOVES_OF(r14b, r14w, r14d, r14)
MOVES_OF(r15b, r15w, r15d, r15)
	/* The base register is overwritten. */
	CASE	moves, movq (%rbx), %rbx
	CASE	moves, movl (%rbp), %ebp
	CASE	moves, movzwl (%r12), %r12d
	CASE	moves, movslq (%r13), %r13
	/* Odd places. */
	CASE	moves, movl 1(%rbx), %eax
	CASE	moves, movq 3(%rbx), %rax
	CASE	moves, movw %cx, -1(%rbx)
	CASE	moves, movnti %eax, (%rbx)
	CASE	moves, movnti %r10, 8(%rbx)
	/*
	 * What assemblers do not write. Not what means nothing, but QEMU's CPU
	 * does not know that (tests/unit/insn.c does): a REX before another
	 * prefix, and DS after GS.
	 */
	CASE	moves, .byte 0x8B, 0x04, 0x23 /* (%rbx, %riz), %eax */
	CASE	moves, .byte 0x8B, 0x84, 0x63, 8, 0, 0, 0 /* %riz, 2 */
	CASE	moves, .byte 0x89, 0x8B, 8, 0, 0, 0 /* a long 8 */
	CASE	moves, .byte 0x66, 0x48, 0x89, 0x03 /* 66 and REX.W */
	CASE	moves, .byte 0xF3, 0x8B, 0x03 /* REP MOV */
	CASE	moves, .byte 0xF2, 0x89, 0x0B /* REPNE MOV */
	CASE	moves, .byte 0x66, 0x66, 0x89, 0x0B
	CASE	moves, .byte 0x64, 0x65, 0x8B, 0x06 /* GS wins */
	CASE	moves, .byte 0x26, 0x2E, 0x36, 0x3E, 0x8B, 0x03
	CASE	moves, .byte 0x3E, 0x65, 0x8B, 0x06
	CASE	moves, .byte 0x4F, 0xC7, 0x45, 0, 1, 2, 3, 0x84 /* REX.RXB */
	CASE	moves, .byte 0x66, 0xC7, 0x03, 0x34, 0x92
	CASE	moves, .byte 0x63, 0x03 /* movsxd (%rbx), %eax */
	CASE	moves, .byte 0x66, 0x0F, 0xB7, 0x03 /* movzww */
	CASE	moves, .byte 0x48, 0x0F, 0xBF, 0x0B
	CASE	moves, .byte 0x66, 0x67, 0x65, 0x42, 0x89, 0x4C, 0x0E, 8
	END	moves

#define FOR_OPS(X, mem) X(add, mem) X(or, mem) X(adc, mem) X(sbb, mem) \
	X(and, mem) X(sub, mem) X(xor, mem) X(cmp, mem)
#define IN_MODE(op, mem) A op##l %ecx, mem; A op##q mem, %r10;
#define ARITHMETIC(mem) FOR_OPS(IN_MODE, mem) \
	A testw %dx, mem; A xchgl %eax, mem; A xchgb %r9b, mem; \
	A incl mem; A decw mem; A notq mem; A negl mem; A negb mem; \
	A btl $5, mem; A btsl $31, mem; A btrq $63, mem; A btcw $15, mem;
#define ALL_OF(op, mem) \
	A op##b %al, mem; A op##w %ax, mem; A op##l %eax, mem; \
	A op##q %rax, mem; A op##b %r11b, mem; A op##w %r11w, mem; \
	A op##l %r11d, mem; A op##q %r11, mem; \
	A op##b mem, %al; A op##w mem, %ax; A op##l mem, %eax; \
	A op##q mem, %rax; A op##b mem, %r11b; A op##w mem, %r11w; \
	A op##l mem, %r11d; A op##q mem, %r11; \
	A op##b %ah, mem; A op##b %dh, 1(%rbx); A op##b mem, %ch; \
	A op##b $0x80, mem; A op##w $0x7FFF, mem; \
	A op##l $0x80000000, mem; A op##q $-0x80000000, mem; \
	A op##w $-1, mem; A op##l $1, mem; A op##q $-128, mem;
#define SIZES_OF(op) \
	A op##b (%rbx); A op##w (%rbx); A op##l (%rbx); A op##q (%rbx); \
	A op##b 7(%r12); A op##w 6(%r13); A op##l 4(%rbp); A op##q 8(%rbx);
#define BITS_OF(op) \
	A op##w $0, (%rbx); A op##l $31, (%rbx); A op##q $63, (%rbx); \
	A op##w $0xFF, (%rbx); A op##l $0x40, (%rbx); A op##q $0xC1, (%rbx); \
	A op##w %si, (%rbx); A op##l %esi, (%rbx); A op##q %rsi, (%rbx); \
	A op##w %di, (%rbx); A op##l %edi, (%rbx); A op##q %rdi, (%rbx); \
	A op##w %r15w, (%r12); A op##l %r15d, (%r12); A op##q %r15, (%r12); \
	A op##l %esi, %gs:(%esi); A op##q %rdi, %gs:16(%edi); \
	A op##l %r8d, (%rbx); A op##w %r9w, (%rbx); A op##l %r9d, 8(%rbx);

	TABLE	arithmetic
FOR_MODES(ARITHMETIC)
FOR_OPS(ALL_OF, (%rbx))
SIZES_OF(inc)
SIZES_OF(dec)
SIZES_OF(not)
SIZES_OF(neg)
A testb %al, (%rbx); A testw %ax, (%rbx); A testl %eax, (%rbx);
A testq %rax, (%rbx); A testb %ah, (%rbx); A testb %r10b, (%rbx);
A testb $0x81, (%rbx); A testw $0x8000, (%rbx); A testl $-1, (%rbx);
A testq $-2, (%rbx); A testq $0x7FFFFFFF, (%r13);
A xchgb %al, (%rbx); A xchgw %ax, (%rbx); A xchgl %eax, (%rbx);
A xchgq %rax, (%rbx); A xchgb %ah, (%rbx); A xchgb %dh, (%rbx);
A xchgb %sil, (%rbx); A xchgw %r11w, (%rbx); A xchgq %r10, (%r13);
BITS_OF(bt)
BITS_OF(bts)
BITS_OF(btr)
BITS_OF(btc)
	END	arithmetic

	/*
	 * In eights; opcode is that of MOVS. Prefixes of GS are bytes: LLVM's
	 * assembler puts REX.W before them, where it means nothing.
	 */
.macro STRINGS size, opcode:vararg
	CASE	strings, movs\size
	CASE	strings, rep movs\size
	CASE	strings, repne movs\size
	CASE	strings, .byte 0x65, 0xF3, \opcode /* rep movs %gs:(%rsi) */
	CASE	strings, .byte 0x67, 0x65, 0xF3, \opcode /* %gs:(%esi) */
	CASE	strings, stos\size
	CASE	strings, rep stos\size
	CASE	strings, repne stos\size
.endm

	TABLE	strings
	STRINGS	b, 0xA4
	STRINGS	w, 0x66, 0xA5
	STRINGS	l, 0xA5
	STRINGS	q, 0x48, 0xA5
	END	strings

	/* Those with a fault of their own: MOVS, INS and OUTS. */
	TABLE	faults
	CASE	faults, rep movsb
	CASE	faults, rep movsl
	CASE	faults, movsq
	CASE	faults, rep insb
	CASE	faults, rep outsb
	END	faults

/* bool ve_diff_write_safe(void *to, uint32_t value), by a slower way */
	.section .text.ve_diff_safe, "ax", @progbits
	.globl	ve_diff_write_safe
	.hidden	ve_diff_write_safe
ve_diff_write_safe:
	xorl	%eax, %eax
1:	addl	%esi, %ds:(%rdi, %rax)
	incl	%eax
2:	ret
	EXTABLE	1b, 2b

/* size_t ve_diff_copy_safe(void *to, const void *from, size_t): what is left */
	.globl	ve_diff_copy_safe
	.hidden	ve_diff_copy_safe
ve_diff_copy_safe:
	movq	%rdx, %rcx
1:	rep movsb
2:	movq	%rcx, %rax
	ret
	EXTABLE	1b, 2b

#define BOTH(op, mem, reg) \
	S op mem, %xmm##reg; S op %xmm##reg, mem; \
	V v##op mem, %xmm##reg; V v##op %xmm##reg, mem; \
	V v##op mem, %ymm##reg; V v##op %ymm##reg, mem;
#define BOTH_PART(op, mem, reg) \
	S op mem, %xmm##reg; S op %xmm##reg, mem; \
	V v##op mem, %xmm##reg; V v##op %xmm##reg, mem;
#define LOAD(op, mem, reg) S op mem, %xmm##reg; V v##op mem, %xmm##reg; \
	V v##op mem, %ymm##reg;
#define STORE(op, mem, reg) S op %xmm##reg, mem; V v##op %xmm##reg, mem; \
	V v##op %ymm##reg, mem;
#define VECTORS(mem, reg) \
	BOTH(movups, mem, reg) BOTH(movupd, mem, reg) BOTH(movaps, mem, reg) \
	BOTH(movapd, mem, reg) BOTH(movdqu, mem, reg) BOTH(movdqa, mem, reg) \
	BOTH_PART(movss, mem, reg) BOTH_PART(movsd, mem, reg) \
	BOTH_PART(movd, mem, reg) BOTH_PART(movq, mem, reg) \
	LOAD(lddqu, mem, reg) LOAD(movntdqa, mem, reg) \
	STORE(movntdq, mem, reg) STORE(movntps, mem, reg) \
	STORE(movntpd, mem, reg)
#define UNALIGNED(mem, reg) \
	BOTH(movups, mem, reg) BOTH(movdqu, mem, reg) \
	BOTH_PART(movsd, mem, reg) LOAD(lddqu, mem, reg)

	TABLE	sse
	TABLE	avx
VECTORS((%rbx), 0)
VECTORS((%rbx), 7)
VECTORS((%r12), 8)
VECTORS((%r13), 15)
VECTORS(32(%rbp), 3)
VECTORS(-32(%rbx, %rsi, 4), 1)
VECTORS((%rbx, %r15, 2), 12)
VECTORS(%fs:(%r14), 9)
VECTORS(%gs:(%r15d, %r15d), 2)
VECTORS(%gs:-32(, %esi, 4), 11)
VECTORS(%fs:ve_diff_anchor(%rip), 14)
VECTORS(%fs:ve_diff_anchor+32(%rip), 5)
UNALIGNED(8(%rbx), 4)
UNALIGNED(1(%r12), 6)
UNALIGNED(-5(%r13, %rsi, 2), 10)
UNALIGNED(%gs:(%rsi), 13)
	/* 6E and 7E with W: MOVQ in the encoding that nobody writes. */
	CASE	sse, .byte 0x66, 0x48, 0x0F, 0x6E, 0x03
	CASE	sse, .byte 0x66, 0x48, 0x0F, 0x7E, 0x0B
	CASE	sse, .byte 0x66, 0x4C, 0x0F, 0x6E, 0x43, 0x08
	/* F3 and F2 go before 66. */
	CASE	sse, .byte 0x66, 0xF3, 0x0F, 0x6F, 0x03
	CASE	sse, .byte 0xF2, 0x66, 0x0F, 0x10, 0x03
	CASE	avx, .byte 0xC4, 0xE1, 0xF9, 0x6E, 0x03
	CASE	avx, .byte 0xC4, 0xE1, 0xF9, 0x7E, 0x0B
	/*
	 * The long VEX where the short one would do. Not VMOVSD with VEX.L,
	 * which means nothing: QEMU's CPU leaves the upper half as it was.
	 */
	CASE	avx, .byte 0xC4, 0xE1, 0x7C, 0x10, 0x03
	CASE	avx, .byte 0xC5, 0xFE, 0x11, 0x0B
	CASE	avx, .byte 0x65, 0x67, 0xC5, 0xFC, 0x10, 0x06
	END	sse
	END	avx

/* RDI case, RSI registers, RDX 16 registers of 32 bytes. */
.macro RUN_VECTORS name, move, file
	.section .text.ve_diff_run_\file, "ax", @progbits
	.globl	\name
	.hidden	\name
\name:
	pushq	%rdx
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\move	32 * \n(%rdx), %\file\n
	.endr
	call	ve_case_run
	popq	%rdx
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\move	%\file\n, 32 * \n(%rdx)
	.endr
	ret
.endm

	RUN_VECTORS ve_diff_run_sse, movups, xmm
	RUN_VECTORS ve_diff_run_avx, vmovups, ymm

	.section .note.GNU-stack, "", @progbits
