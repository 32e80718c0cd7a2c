/* SPDX-License-Identifier: MIT */
/*
 * A plain spin lock. A fair one was tried: the CPUs are threads of QEMU, and
 * whenever the next in line is not running, all wait for it.
 */
#include "emu/boot/lock.h"

#include "emu/boot/cpu.h"

static uint32_t is_locked;

void emu_lock(void)
{
	while (__atomic_exchange_n(&is_locked, 1, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&is_locked, __ATOMIC_RELAXED))
			cpu_pause();
}

void emu_unlock(void)
{
	__atomic_store_n(&is_locked, 0, __ATOMIC_RELEASE);
}
