/* SPDX-License-Identifier: MIT */
/*
 * The serial console (COM1), written by TDVMCALL. Output is the host's to
 * read: nothing secret is printed.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "lib/compiler.h"
#include "lib/types.h"

void console_init(void);
/* Quiet: log_line() says nothing any more. */
void console_set_quiet(bool is_quiet);
/* Writes size bytes, "\n" as "\r\n". Never blocks for ever: a host whose
 * UART is never ready loses bytes. Callable from any context. */
void console_write(const char *text, size_t size);
/* One line of the kernel's log, prefixed with the time; adds the newline. */
void log_line(const char *format, ...) format_printf(1, 2);

#endif
