/* SPDX-License-Identifier: MIT */
/* The emulator's interrupts and exceptions. */
#ifndef EMU_BOOT_TRAP_H
#define EMU_BOOT_TRAP_H

#include "arch/x86/frame.h"

/*
 * Vectors of the emulator's own between the CPUs: below 32 no guest can have
 * given one to a device, and above 15 the APIC takes them.
 */
#define TRAP_VECTOR_TICK 30
#define TRAP_VECTOR_KICK 31

/*
 * Makes GDT and IDT. Vectors 30 to 255 go to handler(vector), with interrupts
 * off. Each CPU then loads them.
 */
void trap_init(void (*handler)(unsigned int vector));
void trap_load(void);

/* entry.S: every vector but SEAMCALL's #UD. */
void trap_dispatch(struct trap_frame *frame);

#endif
