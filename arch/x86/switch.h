/* SPDX-License-Identifier: MIT */
/*
 * Changing stacks. A switch is an ordinary function call for the compiler:
 * only what the calling convention preserves is kept, the control words of
 * SSE and x87 included.
 */
#ifndef ARCH_X86_SWITCH_H
#define ARCH_X86_SWITCH_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Saves the running context on its stack and *save, continues the one that
 * was saved as load. Interrupts off.
 */
void switch_stacks(void **save, void *load);

/*
 * A context that begins with entry(arg) on the stack that ends at top (16
 * byte aligned); entry must not return. The result is for switch_stacks().
 */
void *switch_prepare(void *top, void (*entry)(void *arg), void *arg);

/* Leaves the current stack for ever and calls entry(arg) on another one. */
noreturn void switch_abandon(void *top, void (*entry)(const void *arg),
			     const void *arg);

#endif
