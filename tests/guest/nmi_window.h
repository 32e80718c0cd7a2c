/* SPDX-License-Identifier: MIT */
/* NMIs by td-run --irq-window (emu/vmm/window.c). */
#ifndef TESTS_GUEST_NMI_WINDOW_H
#define TESTS_GUEST_NMI_WINDOW_H

#include <string.h>

#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"

#define NMI_WINDOW_PORT 0x5EC
#define NMI_WINDOW_VECTOR (UINT32_C(2) << 24)
/* It is held between an STI and the next instruction. */
#define NMI_WINDOW_WAITS (UINT32_C(1) << 23)
#define NMI_TDCALL_SIZE 4

/* After so many instructions; 0: in place of the timer's next interrupt. */
static inline void nmi_window_arm(uint32_t after)
{
	tdvmcall_io_write(NMI_WINDOW_PORT, 4, NMI_WINDOW_VECTOR | after);
}

/* The boundary that was asked for; 0: it was not reached. */
static inline uint64_t nmi_window_came_at(void)
{
	return tdvmcall_io_read(NMI_WINDOW_PORT, 4).value;
}

/* Behind the first TDCALL of code, with an STI right before it if has_sti. */
static inline uint64_t nmi_behind_tdcall(void (*function)(void), bool has_sti)
{
	static const uint8_t tdcall[] = { 0xFB, 0x66, 0x0F, 0x01, 0xCC };
	const uint8_t *const first = tdcall + !has_sti;
	const size_t size = sizeof(tdcall) - !has_sti;
	const uint8_t *code = (const uint8_t *)(uintptr_t)function;

	while (memcmp(code, first, size))
		code++;
	return (uintptr_t)code + size;
}

#endif
