/* SPDX-License-Identifier: MIT */
/*
 * Physical memory as the emulator sees it: all of the private half of a
 * guest's address space is mapped at its own address, RAM and devices alike.
 */
#ifndef EMU_BOOT_MEMORY_H
#define EMU_BOOT_MEMORY_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Addresses below this are mapped one to one. */
#define MEMORY_MAPPED BIT(47)

/* Replaces the ROM's page tables by the emulator's own. */
void memory_init(void);

/* Physical address of an object of the emulator's image. */
paddr_t memory_pa(const void *object);

static inline void *memory_at(paddr_t pa)
{
	return (void *)(uintptr_t)pa;
}

#endif
