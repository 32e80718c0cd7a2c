/* SPDX-License-Identifier: MIT */
/*
 * Device registers by #VE, while every register has rubbish wherever it may.
 * boot: efi
 * lie: scribble,r11-range
 */
#include "tests/guest/ve_mmio.c"
