/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and interrupts: the IDT's entries all lead to one table of
 * handlers. Handlers run with interrupts off.
 */
#ifndef ARCH_X86_TRAP_H
#define ARCH_X86_TRAP_H

#include "arch/x86/frame.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define TRAP_DB 1
#define TRAP_NMI 2
#define TRAP_UD 6
#define TRAP_DF 8
#define TRAP_GP 13
#define TRAP_PF 14
#define TRAP_MC 18
#define TRAP_VE 20
#define TRAP_VECTORS 256

typedef void (*trap_handler)(struct trap_frame *frame);

/* Loads GDT, TSS (IST stacks for #DF, NMI, #MC) and IDT. Interrupts off. */
void trap_init(void);

/* Installs handler; what it leaves in frame is what is returned to. */
void trap_set_handler(unsigned int vector, trap_handler handler);
/* Lets the CPU enter vector here instead; entry makes a frame of its own. */
void trap_set_entry(unsigned int vector, void (*entry)(void));

/*
 * Where exceptions without a handler, or that theirs refuses, end. The sink
 * is installed by the kernel; before that they halt in a ud2 loop.
 */
typedef void (*trap_fatal_sink)(const struct trap_frame *frame,
				const char *what);
void trap_set_fatal_sink(trap_fatal_sink sink);
noreturn void trap_fatal(const struct trap_frame *frame, const char *what);

/*
 * If frame->rip has an entry in the exception table (EXTABLE in
 * arch/x86/extable.h), moves rip to its fixup and returns true.
 */
bool trap_fixup(struct trap_frame *frame);

#endif
