/* SPDX-License-Identifier: MIT */
/*
 * The kernel's command line: words, each "key=value" or a flag. It is
 * measured before it is read, but chosen by the host: no value is trusted.
 */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Takes a copy of text apart. */
void cmdline_init(const char *text);
/* Value of the last "key=value", or NULL. */
const char *cmdline_value(const char *key);
/* Whether the word stands there alone. */
bool cmdline_has(const char *flag);
/* Logs the words that are neither a setting nor a flag that is known. */
void cmdline_log_unknown(void);

#endif
