/* SPDX-License-Identifier: MIT */
/* What entry.S, the linker and trap.c know of each other; for trap.c alone. */
#ifndef ARCH_X86_TRAP_ENTRY_H
#define ARCH_X86_TRAP_ENTRY_H

#include "arch/x86/extable.h"
#include "arch/x86/frame.h"

/* 256 stubs of 16 bytes each. */
extern const uint8_t trap_stubs[];
/* Loads the data selectors and, by a far return, the code selector. */
void trap_load_selectors(void);
/* Called by every stub. */
void trap_dispatch(struct trap_frame *frame);

extern const struct extable_entry __extable_start[];
extern const struct extable_entry __extable_end[];

#endif
