/* SPDX-License-Identifier: MIT */
/* The module's only door. */
#ifndef EMU_MODULE_SEAMCALL_H
#define EMU_MODULE_SEAMCALL_H

#include "arch/x86/frame.h"

/* Called by entry.S for SEAMCALL, on the module's stack. */
void module_seamcall(struct trap_frame *host);

#endif
