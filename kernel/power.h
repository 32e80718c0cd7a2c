/* SPDX-License-Identifier: MIT */
/* The regular end. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "lib/compiler.h"

/* Asks the host to power the TD off; panics if that does not happen. */
noreturn void power_off(void);

#endif
