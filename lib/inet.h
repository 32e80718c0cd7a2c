/* SPDX-License-Identifier: MIT */
/* Internet arithmetic: checksums and the text of IPv4 addresses. */
#ifndef LIB_INET_H
#define LIB_INET_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * The one's complement sum (RFC 1071) of size bytes as 16-bit words in
 * memory order, not complemented; an odd last byte is padded with zero.
 */
uint16_t inet_sum(const void *data, size_t size);

/* Addresses as numbers: 10.0.2.15 is 0x0A00020F. */
struct inet_config {
	uint32_t address;
	uint32_t netmask;
	uint32_t gateway; /* 0: none */
};

/*
 * Reads "a.b.c.d/len" or "a.b.c.d/len,gateway", the whole text. -EINVAL: it
 * is something else, the address is no host's in its network or the gateway
 * is not in that network.
 */
int inet_parse_config(const char *text, struct inet_config *config) must_check;

#endif
