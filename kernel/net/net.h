/* SPDX-License-Identifier: MIT */
/*
 * The network stack's door for kernel/main.c: lwIP on the registered netdev.
 * Programs use <lwip/sockets.h> and kernel/app.h.
 */
#ifndef KERNEL_NET_NET_H
#define KERNEL_NET_NET_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Starts lwIP and its threads on netdev_get(); needs threads, time and the
 * command line ("ip=a.b.c.d/len,gateway" instead of DHCP). Does not block.
 * -ENODEV: no device is registered, -EIO: the CPU gives no random numbers,
 * -EINVAL: "ip=" cannot be understood, -ENOMEM. Failing is not fatal:
 * app_network_wait() returns the same error to the program.
 */
int must_check net_init(void);

/* The network's part of app_metrics(); callable without net_init(). */
void net_metrics(void (*visit)(const char *name, uint64_t value, void *arg),
		 void *arg);

#endif
