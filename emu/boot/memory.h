/* SPDX-License-Identifier: MIT */
/*
 * Physical memory as the emulator sees it: all of the private half of a
 * guest's address space of 48 bits is mapped at its own address, RAM and
 * devices alike.
 */
#ifndef EMU_BOOT_MEMORY_H
#define EMU_BOOT_MEMORY_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Addresses below this are mapped one to one. */
#define MEMORY_MAPPED BIT(47)

/* Makes page tables of the emulator's own; each CPU then leaves the ROM's. */
void memory_init(void);
void memory_load(void);

/* Physical address of an object of the emulator's image. */
paddr_t memory_pa(const void *object);

static inline void *memory_at(paddr_t pa)
{
	return (void *)(uintptr_t)pa;
}

/*
 * What lies above, where the CPU walks five levels: a GiB at least from pa on,
 * until this CPU's next call.
 */
void *memory_window(paddr_t pa);

#endif
