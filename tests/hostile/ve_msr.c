/* SPDX-License-Identifier: MIT */
/*
 * MSRs by #VE, while every register has rubbish wherever it may.
 * lie: scribble
 */
#include "tests/guest/ve_msr.c"
