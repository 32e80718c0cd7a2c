/* SPDX-License-Identifier: MIT */
/*
 * Time-outs by a timer that is early and late.
 * lie: spurious-interrupts,timer-late
 */
#include "tests/guest/timers.c"
