/* SPDX-License-Identifier: MIT */
/*
 * Conversions by a host that is slow and a module that is busy.
 * lie: mapgpa-slow,accept-busy,scribble
 */
#include "tests/guest/tdx_share_unshare.c"
