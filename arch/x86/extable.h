/* SPDX-License-Identifier: MIT */
/*
 * The exception table: instructions that are allowed to fault, each with the
 * address to go on at. trap_fixup() looks a faulting instruction up here.
 */
#ifndef ARCH_X86_EXTABLE_H
#define ARCH_X86_EXTABLE_H

/*
 * An entry is two 32-bit distances, each from its own address: no relocation
 * is needed, wherever the image lies. linker.ld gathers them
 * between __extable_start and __extable_end.
 */
#ifdef __ASSEMBLER__
.macro EXTABLE fault, fixup
	.pushsection __extable, "a", @progbits
	.balign 4
	.long \fault - .
	.long \fixup - .
	.popsection
.endm
#else
#include "lib/types.h"

struct extable_entry {
	int32_t fault;
	int32_t fixup;
};

/* For inline asm: both labels as text, EXTABLE("1b", "2b"). */
#define EXTABLE(fault, fixup)                            \
	".pushsection __extable, \"a\", @progbits\n\t"    \
	".balign 4\n\t"                                  \
	".long " fault " - .\n\t"                        \
	".long " fixup " - .\n\t"                        \
	".popsection\n"
#endif

#endif
