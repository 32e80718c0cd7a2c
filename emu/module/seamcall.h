/* SPDX-License-Identifier: MIT */
/* The module's only door. */
#ifndef EMU_MODULE_SEAMCALL_H
#define EMU_MODULE_SEAMCALL_H

#include "emu/module/state.h"

/*
 * Called by entry.S for SEAMCALL of CPU number cpu, on the module's stack.
 * The vCPU that is to be entered, or NULL: the host goes on.
 */
struct vcpu *module_seamcall(struct trap_frame *host, size_t cpu);

#endif
