/* SPDX-License-Identifier: MIT */
/*
 * The emulator's one lock. Whoever runs emulator code holds it; it is given
 * up only while a guest runs and while a CPU sleeps. It also keeps QEMU's
 * devices from being used by two CPUs at once: QEMU 7.2 loses an access of
 * one CPU while another changes the memory map.
 */
#ifndef EMU_BOOT_LOCK_H
#define EMU_BOOT_LOCK_H

void emu_lock(void);
void emu_unlock(void);

#endif
