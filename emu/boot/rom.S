/* SPDX-License-Identifier: MIT */
/*
 * The ROM that QEMU starts in place of firmware (-bios). It reaches long mode
 * on page tables that lie in the ROM itself, copies the emulator to the DIMM
 * that no firmware table mentions, and jumps there. It uses no RAM of the TD.
 *
 * ROM, ending at 4 GiB:    payload | page tables | code | reset vector
 * Other CPUs start through the alias below 1 MiB: SIPI vector 0xFF.
 */
#include "emu/layout.h"

#define ROM_BASE (0x100000000 - EMU_ROM_SIZE)
/* The address of a label in the ROM below 4 GiB. */
#define AT(label) (ROM_BASE + (label) - rom)
/* Real-mode CS base at reset is 0xFFFF0000, after a SIPI 0xFF it is 0xFF000. */
#define RESET_CS_BASE (EMU_ROM_SIZE - 0x10000)
#define SIPI_CS_BASE (EMU_ROM_SIZE - 0x1000)

/* Present, writable, accessed: set beforehand, since the ROM cannot be. */
#define TABLE 0x23
/* The same, dirty and large. */
#define LARGE 0xe3

/*
 * Physical address bits for which the emulator runs in 5-level paging, so that
 * its guests' nested tables have five levels too. Before long mode: there, the
 * depth cannot be changed.
 */
#define WIDE 52

	.section .text
	.code32
rom:
	.incbin "emu.bin"
payload_end:
	.org	EMU_ROM_SIZE - 0x6000
pml5:
	.quad	AT(pml4) + TABLE
	.org	pml5 + 511 * 8
	.quad	AT(pml4) + TABLE
pml4:
	.quad	AT(pdpt_low) + TABLE
	.org	pml4 + 511 * 8
	.quad	AT(pdpt_high) + TABLE
pdpt_low:				/* identity, 512 GiB */
	gigabyte = 0
	.rept	512
	.quad	(gigabyte << 30) + LARGE
	gigabyte = gigabyte + 1
	.endr
pdpt_high:				/* EMU_VIRT is EMU_PHYS */
	.org	pdpt_high + 510 * 8
	.quad	EMU_PHYS + LARGE
	.org	pdpt_high + 4096

	.org	EMU_ROM_SIZE - 0x2000
protected:				/* ESI: 0 for the first CPU */
	movw	$0x10, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
	movl	$AT(pml4), %edi
	movl	$0x40620, %ebp		/* PAE, OSFXSR, OSXMMEXCPT, OSXSAVE */
	movl	$0x80000008, %eax
	cpuid
	cmpb	$WIDE, %al
	jb	1f
	movl	$7, %eax
	xorl	%ecx, %ecx
	cpuid
	btl	$16, %ecx		/* LA57 */
	jnc	1f
	movl	$AT(pml5), %edi
	orl	$0x1000, %ebp		/* LA57 */
1:	movl	%edi, %cr3
	movl	%ebp, %cr4
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x1901, %eax		/* SCE, LME, NXE, SVME */
	wrmsr
	movl	$0x80010033, %eax	/* PG, WP, NE, ET, MP, PE */
	movl	%eax, %cr0
	ljmp	$0x18, $AT(long_mode)

	.code64
long_mode:
	testl	%esi, %esi
	jnz	1f
	cld
	movl	$AT(rom), %esi
	movabsq	$EMU_PHYS, %rdi
	movl	$(payload_end - rom), %ecx
	rep movsb
	xorl	%esi, %esi
1:	movq	$EMU_VIRT, %rax		/* entry.S: ESI tells who comes */
	jmpq	*%rax

	.org	EMU_ROM_SIZE - 0x1000
	.code16
sipi:					/* CS:IP = 0xFF00:0 */
	cli
	lgdtl	%cs:(gdtr - rom - SIPI_CS_BASE)
	jmp	sipi_protect
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* 0x08: 32-bit code */
	.quad	0x00cf93000000ffff	/* 0x10: data */
	.quad	0x00af9b000000ffff	/* 0x18: 64-bit code */
gdtr:
	.word	. - gdt - 1
	.long	AT(gdt)


	.org	EMU_ROM_SIZE - 0x100
reset:
	cli
	lgdtl	%cs:(gdtr - rom - RESET_CS_BASE)
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	xorl	%esi, %esi
	ljmpl	$0x08, $AT(protected)
sipi_protect:
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	movl	$1, %esi
	ljmpl	$0x08, $AT(protected)

	.org	EMU_ROM_SIZE - 16
	jmp	reset
	.org	EMU_ROM_SIZE
