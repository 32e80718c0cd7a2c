/* SPDX-License-Identifier: MIT */
/*
 * Threads that are interrupted for nothing.
 * lie: spurious-interrupts
 */
#include "tests/guest/sync.c"
