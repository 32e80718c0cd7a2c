/* SPDX-License-Identifier: MIT */
/* A file of QEMU's fw_cfg device, byte by byte through its two ports. */
#ifndef BOOT_TDVF_FW_CFG_H
#define BOOT_TDVF_FW_CFG_H

#include "lib/types.h"

/*
 * Reads at most size bytes of the file; how many there were. 0: there is no
 * such file, or no such device. What was read is the host's invention.
 */
size_t fw_cfg_read(const char *name, void *to, size_t size);

#endif
