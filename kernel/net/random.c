/* SPDX-License-Identifier: MIT */
/*
 * Random numbers are a keyed hash of a counter, its key is the CPU's: so a
 * host that drains the CPU's generator can keep the network from starting,
 * but cannot make it start, or go on, with numbers that it knows.
 */
#include "kernel/net/random.h"

#include <errno.h>

#include "lwip/opt.h"

#include "net_hooks.h"

#include "arch/x86/cpu.h"
#include "kernel/time.h"
#include "lib/siphash.h"

#define RDRAND_TRIES 10
#define RDSEED_TRIES 100
/* RFC 6528: the clock that sequence numbers follow ticks every 4 us. */
#define ISN_TICK (4 * NSEC_PER_USEC)

static struct {
	uint64_t number_key[2];
	uint64_t isn_key[2];
	uint64_t counter;
} generator;

static int draw(uint64_t *value)
{
	for (int i = 0; i < RDRAND_TRIES; i++) {
		if (cpu_rdrand(value))
			return 0;
	}
	for (int i = 0; i < RDSEED_TRIES; i++) {
		if (cpu_rdseed(value))
			return 0;
	}
	return -EIO;
}

int net_random_init(void)
{
	int err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		err = draw(&generator.number_key[i]);
		if (!err)
			err = draw(&generator.isn_key[i]);
	}
	return err;
}

uint32_t net_random(void)
{
	const uint64_t counter = generator.counter++;

	return (uint32_t)siphash(generator.number_key, &counter,
				 sizeof(counter));
}

u32_t net_tcp_isn(const ip_addr_t *local_ip, u16_t local_port,
		  const ip_addr_t *remote_ip, u16_t remote_port)
{
	const uint32_t connection[3] = {
		ip4_addr_get_u32(ip_2_ip4(local_ip)),
		ip4_addr_get_u32(ip_2_ip4(remote_ip)),
		(uint32_t)local_port << 16 | remote_port,
	};

	return (u32_t)(siphash(generator.isn_key, connection,
			       sizeof(connection)) +
		       time_now() / ISN_TICK);
}
