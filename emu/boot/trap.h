/* SPDX-License-Identifier: MIT */
/* The emulator's interrupts and exceptions. */
#ifndef EMU_BOOT_TRAP_H
#define EMU_BOOT_TRAP_H

#include "arch/x86/frame.h"

#define TRAP_VECTOR_UD 6
#define TRAP_VECTOR_GP 13

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

/*
 * An instruction that may fault, and where to go on when it does: RAX is the
 * vector then, all else as it was. Section .fixups collects them.
 */
struct trap_fixup {
	uint64_t at;
	uint64_t to;
};
ASSERT_SIZE(struct trap_fixup, 16);
extern const struct trap_fixup trap_fixups[];
extern const struct trap_fixup trap_fixups_end[];

extern const char trap_stubs[];

/* entry.S: every vector but SEAMCALL's #UD. */
void trap_dispatch(struct trap_frame *frame);

#endif
