/* SPDX-License-Identifier: MIT */
/* What lwIP calls in the port besides sys.h: kernel/net/random.c. */
#ifndef KERNEL_NET_PORT_NET_HOOKS_H
#define KERNEL_NET_PORT_NET_HOOKS_H

#include "lwip/ip_addr.h"

/* The first sequence number of a connection: RFC 6528. */
u32_t net_tcp_isn(const ip_addr_t *local_ip, u16_t local_port,
		  const ip_addr_t *remote_ip, u16_t remote_port);

#endif
