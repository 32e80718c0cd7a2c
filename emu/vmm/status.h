/* SPDX-License-Identifier: MIT */
/* Completion statuses of host-side leaves, for people. Pure. */
#ifndef EMU_VMM_STATUS_H
#define EMU_VMM_STATUS_H

#include "lib/types.h"

/* The specification's name, without TDX_; details do not matter. */
const char *status_name(uint64_t status);

#endif
