/* SPDX-License-Identifier: MIT */
/* The emulator's interrupts and exceptions. */
#ifndef EMU_BOOT_TRAP_H
#define EMU_BOOT_TRAP_H

#include "arch/x86/frame.h"

/* Loads GDT and IDT. Vectors 32 to 255 go to handler(vector), interrupts off. */
void trap_init(void (*handler)(unsigned int vector));

/* entry.S: every vector but SEAMCALL's #UD. */
void trap_dispatch(struct trap_frame *frame);

#endif
