/* SPDX-License-Identifier: MIT */
/* The lock's one word. */
#include "emu/boot/lock.h"

uint32_t emu_is_locked;
