/* SPDX-License-Identifier: MIT */
/*
 * SVM on this CPU, and what assembly knows of a guest: its VMCB, behind it
 * the registers that are not in there, by their number in ModRM, and the
 * physical address of it all. C and assembly.
 */
#ifndef EMU_SVM_SVM_H
#define EMU_SVM_SVM_H

#define SVM_VMCB_SHADOW 0x68
#define SVM_GPR 0x1000
#define SVM_PA 0x1080

#ifndef __ASSEMBLER__
#include "emu/svm/vmcb.h"

ASSERT_FIELD(struct vmcb, interrupt_shadow, SVM_VMCB_SHADOW, 8);

/* Once for each CPU, before its first VMRUN. */
void svm_init(void);

/*
 * How many levels of nested page tables the CPU walks, 4 or 5: as many as it
 * walks for the code that executes VMRUN (AMD64 Architecture Programmer's
 * Manual, volume 2, Nested Paging).
 */
unsigned int svm_levels(void);

/*
 * The next VMRUN on this CPU exits by an interrupt as soon as it has
 * delivered the VMCB's event, before the guest's next instruction.
 */
void svm_exit_soon(void);
#endif

#endif
