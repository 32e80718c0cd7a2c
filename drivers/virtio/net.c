/* SPDX-License-Identifier: MIT */
/*
 * The virtio network device.
 *
 * Two queues, each with one slot of shared memory per descriptor. A received
 * frame is copied into private memory once, then its slot goes back to the
 * device. A frame to send is copied into a free slot; slots are taken back
 * only when the next frame needs one, so that sending causes no interrupt.
 *
 * Exits: transmit() leaves the notification to flush(), which the network
 * thread calls once all threads have had their turn; receiving needs no exit
 * as long as frames come faster than they are taken. check() costs three.
 *
 * Threads only, but for on_interrupt(), which only wakes.
 */
#include "drivers/virtio/virtio.h"

#include <errno.h>
#include <string.h>

#include "drivers/virtio/transport.h"
#include "kernel/console.h"
#include "kernel/irq.h"
#include "kernel/netdev.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "lib/shared.h"

#define VIRTIO_NET_F_MAC BIT(5)
#define CONFIG_MAC 0
#define QUEUE_RX 0
#define QUEUE_TX 1

/* Virtio 1.2, Device Operation of the Network Device. */
struct virtio_net_hdr {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t hdr_len;
	uint16_t gso_size;
	uint16_t csum_start;
	uint16_t csum_offset;
	uint16_t num_buffers;
};
ASSERT_FIELD(struct virtio_net_hdr, gso_type, 1, 1);
ASSERT_FIELD(struct virtio_net_hdr, num_buffers, 10, 2);
ASSERT_SIZE(struct virtio_net_hdr, 12);

#define HEADER_SIZE ((uint32_t)sizeof(struct virtio_net_hdr))
#define FRAME_MIN 14
/* Header and frame, on a cache line boundary. */
#define SLOT_SIZE 1536
_Static_assert(HEADER_SIZE + NETDEV_FRAME_MAX <= SLOT_SIZE,
	       "a frame does not fit into its slot");

/* After so many frames the device is told, flush() or not. */
#define TX_BATCH 32

/* A queue with a slot of shared memory for each of its descriptors. */
struct ring {
	struct virtio_queue queue;
	char host_shared *slots;
};

static struct {
	struct virtio_device device;
	struct netdev netdev;
	struct ring rx;
	struct ring tx;
	struct wait_queue waiter;
	uint16_t tx_unflushed;
	uint16_t tx_num_free;
	uint16_t tx_free[VIRTQ_SIZE_MAX];
} net;

static char host_shared *slot(const struct ring *ring, uint16_t id)
{
	return ring->slots + (size_t)id * SLOT_SIZE;
}

/* The host did what no device does: count it, and never touch it again. */
static void give_up(const char *why)
{
	net.netdev.stats.host_errors++;
	virtio_fail(&net.device, why);
}

static void on_interrupt(void *arg)
{
	thread_wake_all(arg);
}

static void flush(struct netdev *dev)
{
	(void)dev;
	if (net.device.is_broken)
		return;
	net.tx_unflushed = 0;
	virtio_notify(&net.tx.queue);
	virtio_notify(&net.rx.queue);
}

static int check(struct netdev *dev)
{
	(void)dev;
	if (!net.device.is_broken && !virtio_is_alive(&net.device))
		give_up("it needs a reset");
	if (net.device.is_broken)
		return -EIO;
	virtio_notify_again(&net.tx.queue);
	virtio_notify_again(&net.rx.queue);
	return 0;
}

static void tx_reclaim(void)
{
	uint32_t written;
	uint16_t id;
	int err;

	while ((err = virtq_take(&net.tx.queue.virtq, &id, &written)) > 0)
		net.tx_free[net.tx_num_free++] = id;
	if (err < 0)
		give_up("its transmit ring is corrupt");
}

static int transmit(struct netdev *dev, const void *frame, size_t size)
{
	uint16_t id;

	if (size < FRAME_MIN || size > NETDEV_FRAME_MAX)
		return -EINVAL;
	if (!net.tx_num_free)
		tx_reclaim();
	if (net.device.is_broken || !net.tx_num_free) {
		dev->stats.tx_dropped++;
		flush(dev);
		return net.device.is_broken ? -EIO : -ENOBUFS;
	}
	id = net.tx_free[--net.tx_num_free];
	/* The header in front stays as zero as the page was given out. */
	shared_copy_out(slot(&net.tx, id) + HEADER_SIZE, frame, size);
	virtq_submit(&net.tx.queue.virtq, id, HEADER_SIZE + (uint32_t)size);
	dev->stats.tx_frames++;
	dev->stats.tx_bytes += size;
	if (++net.tx_unflushed >= TX_BATCH)
		flush(dev);
	else
		thread_wake_all(&net.waiter);
	return 0;
}

/* The frame in slot id, of which the device wrote size bytes; 0: dropped. */
static size_t copy_frame(struct netdev *dev, uint16_t id, uint32_t size,
			 void *frame)
{
	char host_shared *const from = slot(&net.rx, id);
	struct virtio_net_hdr header;

	shared_copy_in(&header, from, sizeof(header));
	/*
	 * A header that was never agreed upon (checksum to be finished, a
	 * segment of a larger packet) or a size that is no frame's.
	 */
	if (size < HEADER_SIZE + FRAME_MIN || header.flags || header.gso_type) {
		dev->stats.rx_dropped++;
		return 0;
	}
	size -= HEADER_SIZE;
	shared_copy_in(frame, from + HEADER_SIZE, size);
	dev->stats.rx_frames++;
	dev->stats.rx_bytes += size;
	return size;
}

static void rx_give(uint16_t id)
{
	virtq_submit(&net.rx.queue.virtq, id, HEADER_SIZE + NETDEV_FRAME_MAX);
}

static size_t receive(struct netdev *dev, void *frame)
{
	/* As many as the ring holds: bad frames cannot keep us here. */
	for (int i = 0; i < VIRTQ_SIZE_MAX; i++) {
		uint32_t written;
		uint16_t id;
		size_t size;
		const int got = virtq_take(&net.rx.queue.virtq, &id, &written);

		if (got < 0)
			give_up("its receive ring is corrupt");
		if (got <= 0)
			return 0;
		/* The ring has bounded written by what the slot holds. */
		size = copy_frame(dev, id, written, frame);
		rx_give(id);
		if (size)
			return size;
	}
	return 0;
}

static void wait(struct netdev *dev, uint64_t deadline)
{
	const uint64_t flags = irq_save();

	(void)dev;
	if (net.device.is_broken ||
	    (!net.tx_unflushed && !virtq_arm(&net.rx.queue.virtq)))
		thread_wait(&net.waiter, deadline);
	irq_restore(flags);
}

static int ring_init(struct ring *ring, uint16_t index,
		     void (*handler)(void *arg), bool is_device_writable)
{
	struct virtq *const virtq = &ring->queue.virtq;
	size_t pages;
	int err;

	err = virtio_queue_init(&net.device, &ring->queue, index, handler,
				&net.waiter);
	if (err)
		return err;
	pages = align_up((uint64_t)virtq->size * SLOT_SIZE, PAGE_SIZE) /
		PAGE_SIZE;
	ring->slots = page_alloc_shared(pages);
	if (!ring->slots)
		return -ENOMEM;
	for (uint16_t id = 0; id < virtq->size; id++)
		virtq_set_buffer(virtq, id,
				 page_shared_dma(ring->slots) +
					 (paddr_t)id * SLOT_SIZE,
				 is_device_writable);
	return 0;
}

/* An address that no network card can have is a host's mistake or worse. */
static int read_mac(uint8_t mac[6])
{
	uint8_t any = 0;

	if (virtio_config_read(&net.device, CONFIG_MAC, mac, 6))
		return -EIO;
	for (int i = 0; i < 6; i++)
		any |= mac[i];
	return !any || mac[0] & 1 ? -EIO : 0;
}

static int set_up(const struct bootinfo *info)
{
	int err = virtio_find(&net.device, VIRTIO_DEVICE_NET, info);

	if (err)
		return err;
	err = virtio_negotiate(&net.device, VIRTIO_NET_F_MAC,
			       VIRTIO_F_EVENT_IDX);
	if (!err)
		err = read_mac(net.netdev.mac);
	if (!err)
		err = ring_init(&net.rx, QUEUE_RX, on_interrupt, true);
	if (!err)
		err = ring_init(&net.tx, QUEUE_TX, NULL, false);
	return err;
}

static void start(void)
{
	for (uint16_t id = 0; id < net.tx.queue.virtq.size; id++)
		net.tx_free[net.tx_num_free++] = id;
	virtio_start(&net.device);
	for (uint16_t id = 0; id < net.rx.queue.virtq.size; id++)
		rx_give(id);
	virtio_notify(&net.rx.queue);
}

int virtio_init(const struct bootinfo *info)
{
	const uint8_t *const mac = net.netdev.mac;
	int err = set_up(info);

	if (err == -ENODEV)
		return err;
	if (err) {
		virtio_fail(&net.device, "it cannot be set up");
		return err;
	}
	net.netdev.name = "virtio-net";
	net.netdev.transmit = transmit;
	net.netdev.flush = flush;
	net.netdev.receive = receive;
	net.netdev.wait = wait;
	net.netdev.check = check;
	start();
	log_line("virtio-net %02x.%x: %02x:%02x:%02x:%02x:%02x:%02x, "
		 "%u+%u buffers%s",
		 net.device.pci.slot, net.device.pci.function, mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5], net.rx.queue.virtq.size,
		 net.tx.queue.virtq.size,
		 net.device.features & VIRTIO_F_EVENT_IDX ? ", event indices" :
							    "");
	return netdev_register(&net.netdev);
}
