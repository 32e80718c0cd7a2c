/* SPDX-License-Identifier: MIT */
/*
 * The emulator's one lock. Whoever runs emulator code holds it; it is given
 * up only while a guest runs and while a CPU sleeps. It also keeps QEMU's
 * devices from being used by two CPUs at once: QEMU 7.2 loses an access of
 * one CPU while another changes the memory map.
 */
#ifndef EMU_BOOT_LOCK_H
#define EMU_BOOT_LOCK_H

#include "emu/boot/cpu.h"

/* Only these two use it: bit 0. */
extern uint32_t emu_is_locked;

/*
 * A plain spin lock, inline for the way to the guest and back. A fair one was
 * tried: the CPUs are threads of QEMU, and whenever the next in line is not
 * running, all wait for it.
 */
static inline void emu_lock(void)
{
	while (__atomic_fetch_or(&emu_is_locked, 1, __ATOMIC_ACQUIRE) & 1)
		while (__atomic_load_n(&emu_is_locked, __ATOMIC_RELAXED))
			cpu_pause();
}

static inline void emu_unlock(void)
{
	__atomic_store_n(&emu_is_locked, 0, __ATOMIC_RELEASE);
}

#endif
