/* SPDX-License-Identifier: MIT */
/* SVM on this CPU. */
#ifndef EMU_SVM_SVM_H
#define EMU_SVM_SVM_H

#include "emu/svm/vmcb.h"

/* Once for each CPU, before its first svm_run(). */
void svm_init(void);

/*
 * How many levels of nested page tables the CPU walks, 4 or 5: as many as it
 * walks for the code that executes VMRUN (AMD64 Architecture Programmer's
 * Manual, volume 2, Nested Paging).
 */
unsigned int svm_levels(void);

/*
 * entry.S: runs the guest until its next exit. gpr[n] is register n of ModRM;
 * gpr[0] and gpr[4] are not used, RAX and RSP are in the VMCB. has_shadow: no
 * interrupt before the guest's next instruction is done.
 */
void svm_run(paddr_t vmcb, uint64_t gpr[16], bool has_shadow);

/*
 * The next svm_run() on this CPU exits by an interrupt as soon as it has
 * delivered the VMCB's event, before the guest's next instruction.
 */
void svm_exit_soon(void);

#endif
