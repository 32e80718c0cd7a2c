/* SPDX-License-Identifier: MIT */
/* The end of the road: one readable report, then ReportFatalError. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "lib/compiler.h"

/* Makes exceptions that nobody handles end as panic() does. */
void panic_init(void);

/*
 * Prints the text with the current thread and caller, then ends the TD by
 * ReportFatalError with its first 64 bytes. Callable from any context; a
 * panic inside a panic skips the printing.
 */
noreturn void panic(const char *format, ...) format_printf(1, 2);

#endif
