/* SPDX-License-Identifier: MIT */
/* The emulator's own voice, and the ways it ends QEMU. */
#ifndef EMU_BOOT_LOG_H
#define EMU_BOOT_LOG_H

#include <stdarg.h>

#include "emu/layout.h"
#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Writes text to the log. Conversions: %s %c %u %d %x, and %lu %lx; no widths.
 */
void emu_print(const char *format, ...) format_printf(1, 2);
void emu_vprint(const char *format, va_list args) format_printf(1, 0);
void emu_write(const char *text, size_t size);

/* One line "td-emu: ...", then QEMU ends with the status of code
 * (EMU_EXIT_ in emu/layout.h). */
noreturn void emu_stop(unsigned int code, const char *format, ...)
	format_printf(2, 3);

/* The same without a line. */
noreturn void emu_end(unsigned int code);

/* A bug or a limit of the emulator itself. */
#define emu_fail(...) emu_stop(EMU_EXIT_EMULATOR, __VA_ARGS__)

/* Called once before QEMU ends, by whoever ends it: prints statistics. */
void emu_set_stop_hook(void (*hook)(void));
void emu_run_stop_hook(void);

#endif
