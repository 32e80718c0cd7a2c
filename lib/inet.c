/* SPDX-License-Identifier: MIT */
/* Pure: see inet.h. */
#include "lib/inet.h"

#include <errno.h>

/* a + b in one's complement: the carry comes back in at the bottom. */
static uint64_t add(uint64_t a, uint64_t b)
{
	const uint64_t sum = a + b;

	return sum + (sum < b);
}

static uint64_t load(const uint8_t *from, size_t size)
{
	uint64_t word = 0;

	__builtin_memcpy(&word, from, size);
	return word;
}

uint16_t inet_sum(const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t even = 0;
	uint64_t odd = 0;

	/* Two chains of additions, so that one need not wait for the other. */
	for (; size >= 32; size -= 32, at += 32) {
		even = add(even, load(at, 8));
		odd = add(odd, load(at + 8, 8));
		even = add(even, load(at + 16, 8));
		odd = add(odd, load(at + 24, 8));
	}
	for (; size >= 8; size -= 8, at += 8)
		even = add(even, load(at, 8));
	for (unsigned int shift = 0; size; size--, shift += 8)
		odd = add(odd, (uint64_t)*at++ << shift);
	even = add(even, odd);
	even = (even >> 32) + (even & UINT32_MAX);
	even = (even >> 16) + (even & UINT16_MAX);
	even = (even >> 16) + (even & UINT16_MAX);
	even = (even >> 16) + (even & UINT16_MAX);
	return (uint16_t)even;
}

/* A decimal number of at most max; -EINVAL, or the number. */
static int parse_number(const char **text, int max)
{
	int number = 0;
	int digits = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++, digits++) {
		number = 10 * number + (**text - '0');
		if (number > max)
			return -EINVAL;
	}
	return digits ? number : -EINVAL;
}

static int parse_address(const char **text, uint32_t *address)
{
	*address = 0;
	for (int i = 0; i < 4; i++) {
		int byte;

		if (i && *(*text)++ != '.')
			return -EINVAL;
		byte = parse_number(text, 255);
		if (byte < 0)
			return byte;
		*address = *address << 8 | (uint32_t)byte;
	}
	return 0;
}

static bool is_host(uint32_t address, uint32_t netmask)
{
	const uint32_t host = address & ~netmask;

	/* Neither the network itself nor its broadcast; multicast is none. */
	return host && host != ~netmask && address >> 28 < 0xE &&
	       address >> 24 != 0 && address >> 24 != 127;
}

int inet_parse_config(const char *text, struct inet_config *config)
{
	int length;

	*config = (struct inet_config){ 0 };
	if (parse_address(&text, &config->address) || *text++ != '/')
		return -EINVAL;
	length = parse_number(&text, 30);
	if (length < 1)
		return -EINVAL;
	config->netmask = UINT32_MAX << (32 - length);
	if (!is_host(config->address, config->netmask))
		return -EINVAL;
	if (!*text)
		return 0;
	if (*text++ != ',' || parse_address(&text, &config->gateway) || *text)
		return -EINVAL;
	if (!is_host(config->gateway, config->netmask) ||
	    (config->gateway ^ config->address) & config->netmask ||
	    config->gateway == config->address)
		return -EINVAL;
	return 0;
}
