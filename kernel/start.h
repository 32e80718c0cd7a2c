/* SPDX-License-Identifier: MIT */
/* For kernel/main.c: starts the program. */
#ifndef KERNEL_START_H
#define KERNEL_START_H

#include "boot/bootinfo.h"

/*
 * Runs the program's main() in a thread; when it returns, so ends the TD.
 * What app_metrics() says of the boot comes from info.
 */
void app_start(const struct bootinfo *info);

#endif
