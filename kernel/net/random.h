/* SPDX-License-Identifier: MIT */
/*
 * Numbers that nobody outside the TD can guess, for ports, transaction ids
 * and sequence numbers (net_random() and net_tcp_isn(), declared for lwIP in
 * port/). Not meant for keys.
 */
#ifndef KERNEL_NET_RANDOM_H
#define KERNEL_NET_RANDOM_H

#include "lib/compiler.h"

/*
 * Call once, before lwIP starts. -EIO: neither RDRAND nor RDSEED gave a
 * number, which a host can bring about by draining them.
 */
int must_check net_random_init(void);

#endif
