/* SPDX-License-Identifier: MIT */
/*
 * Registers after calls, while the host writes to all of them.
 * lie: scribble
 */
#include "tests/guest/tdx_scrub.c"
