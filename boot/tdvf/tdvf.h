/* SPDX-License-Identifier: MIT */
/* What start.S calls. */
#ifndef BOOT_TDVF_TDVF_H
#define BOOT_TDVF_TDVF_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * entry_tsc: the TSC at the first instruction; firmware: where the image
 * starts that ends at 4 GiB. Interrupts off, all memory below 512 GiB mapped.
 */
noreturn void tdvf_main(uint64_t entry_tsc, paddr_t firmware);

#endif
