/* SPDX-License-Identifier: MIT */
/*
 * A network device as kernel/net sees it. The driver fills in the operations
 * and calls netdev_register(); frames cross from shared to private memory
 * inside the driver, once, and are checked for length there.
 */
#ifndef KERNEL_NETDEV_H
#define KERNEL_NETDEV_H

#include "lib/compiler.h"
#include "lib/types.h"

#define NETDEV_MTU 1500
#define NETDEV_FRAME_MAX 1514

struct netdev_stats {
	uint64_t rx_frames, rx_bytes, rx_dropped;
	uint64_t tx_frames, tx_bytes, tx_dropped;
	uint64_t host_errors;	/* things a correct device never does */
};

struct netdev {
	const char *name;
	uint8_t mac[6];
	struct netdev_stats stats;
	/*
	 * Sends one frame of size bytes (14..NETDEV_FRAME_MAX) from private
	 * memory; the bytes are copied before it returns. -ENOBUFS: the ring is
	 * full, -EIO: the device is broken, -EINVAL: no frame has that size.
	 * May leave the notification to flush(), and then ends the network
	 * thread's wait(), so that it is called soon.
	 */
	int (*transmit)(struct netdev *dev, const void *frame, size_t size);
	void (*flush)(struct netdev *dev);
	/*
	 * Copies the next received frame, at most NETDEV_FRAME_MAX bytes, and
	 * returns its size; 0: none is waiting.
	 */
	size_t (*receive)(struct netdev *dev, void *frame);
	/*
	 * Blocks the calling thread until a frame may be waiting, there may be
	 * something to flush or deadline (nanoseconds of time_now()) passes.
	 */
	void (*wait)(struct netdev *dev, uint64_t deadline);
	/*
	 * Asks the device how it is and tells it again what it may not have
	 * heard. The network thread calls it once in a while: a host may lose
	 * interrupts and notifications, and neither comes again by itself.
	 * -EIO: the device is broken, for good.
	 */
	int must_check (*check)(struct netdev *dev);
};

/* Hands dev to the network stack, which keeps it for ever. One device. */
int must_check netdev_register(struct netdev *dev);
/* The registered device, NULL when there is none. */
struct netdev *netdev_get(void);

#endif
