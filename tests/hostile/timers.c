/* SPDX-License-Identifier: MIT */
/*
 * Time-outs by a timer that is early and late.
 * lie: spurious-interrupts,timer-late
 * options: --deterministic
 */
#include "tests/guest/timers.c"
