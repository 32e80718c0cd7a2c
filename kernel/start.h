/* SPDX-License-Identifier: MIT */
/* For kernel/main.c: starts the program. */
#ifndef KERNEL_START_H
#define KERNEL_START_H

/* Runs the program's main() in a thread; what happens after it returns. */
void app_start(void);

#endif
