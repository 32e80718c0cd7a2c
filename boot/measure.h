/* SPDX-License-Identifier: MIT */
/*
 * What a boot path measures: all that the host chose and the kernel goes by,
 * before it does, unless the firmware has measured it.
 */
#ifndef BOOT_MEASURE_H
#define BOOT_MEASURE_H

#include "lib/types.h"

/*
 * Extends a measurement register by the digest (SHA-384) of data, which may
 * be empty. Memory is mapped at its own address. A failure ends the TD with a
 * report.
 */
void measure_extend(unsigned int rtmr, const void *data, size_t size);

#endif
