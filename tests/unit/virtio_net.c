/* SPDX-License-Identifier: MIT */
/*
 * drivers/virtio/net against a simulated device: frames go both ways as they
 * are; those that are none, and rings that lie, are refused and counted. Each
 * case is a process of its own, as the driver is started once.
 * Links: drivers/virtio/net.c drivers/virtio/pci.c drivers/virtio/transport.c drivers/virtio/virtq.c
 */
#include "tests/unit/virtio_host.h"

#include <sys/wait.h>
#include <unistd.h>

#include "drivers/virtio/virtio.h"
#include "kernel/netdev.h"
#include "kernel/thread.h"

#define QUEUE_SIZE VIRTQ_SIZE_MAX
#define HEADER 12U
#define FRAME_MAX 1514U

/* One queue as the device sees it. */
struct ring {
	struct virtq_desc *desc;
	uint16_t *avail;
	uint16_t *used;
	uint16_t seen;
};

static struct netdev *dev;
static struct ring rx, tx;
static unsigned int waits;
static unsigned int wakes;

int netdev_register(struct netdev *registered)
{
	dev = registered;
	return 0;
}

uint64_t irq_save(void)
{
	return 0;
}

void irq_restore(uint64_t flags)
{
	(void)flags;
}

int thread_wait(struct wait_queue *queue, uint64_t deadline)
{
	(void)queue;
	(void)deadline;
	waits++;
	return 0;
}

void thread_wake_all(struct wait_queue *queue)
{
	(void)queue;
	wakes++;
}

/* --- The device ---------- */

static void *at_dma(uint64_t dma)
{
	expect_true(dma >= PAGES_DMA && dma < PAGES_DMA + sizeof(pages),
		    "an address of shared memory");
	return pages + (dma - PAGES_DMA);
}

/* Rings and slots lie in the order in which the driver asks for them. */
static struct ring ring_at(size_t page)
{
	unsigned char *const rings = pages + 4096 * page;

	return (struct ring){
		.desc = (void *)rings,
		.avail = (void *)(rings + virtq_offset_avail(QUEUE_SIZE)),
		.used = (void *)(rings + virtq_offset_used(QUEUE_SIZE)),
	};
}

/* The next available descriptor, or NULL. */
static struct virtq_desc *next(struct ring *ring, uint16_t *id)
{
	if (ring->seen == ring->avail[1])
		return NULL;
	*id = ring->avail[2 + ring->seen++ % QUEUE_SIZE];
	return &ring->desc[*id % QUEUE_SIZE];
}

static void give_back(struct ring *ring, uint32_t id, uint32_t len)
{
	const uint16_t slot = ring->used[1] % QUEUE_SIZE;
	struct virtq_used_elem *const ring_start = (void *)(ring->used + 2);

	ring_start[slot] = (struct virtq_used_elem){ id, len };
	ring->used[1]++;
}

/* Delivers size bytes behind a header of zeros; flags is its first byte. */
static void deliver(const uint8_t *frame, uint32_t size, uint8_t flags)
{
	uint16_t id = 0;
	struct virtq_desc *const desc = next(&rx, &id);
	uint8_t *slot;

	if (!expect_true(desc != NULL, "room for a frame"))
		return;
	expect_u64(desc->len, HEADER + FRAME_MAX, "room");
	expect_u64(desc->flags, VIRTQ_DESC_F_WRITE, "for the device");
	slot = at_dma(desc->addr);
	memset(slot, 0, HEADER);
	slot[0] = flags;
	memcpy(slot + HEADER, frame, size);
	give_back(&rx, id, HEADER + size);
}

static void start(void)
{
	good_device();
	memcpy(host.bar + DEVICE, "\x52\x54\0\x12\x34\x56", 6);
	expect_u64((uint64_t)virtio_init(&memory_map), 0, "start");
	rx = ring_at(0);
	tx = ring_at(1 + QUEUE_SIZE * 1536 / 4096);
	host.notifications = 0;
	wakes = 0;
}

static uint8_t sent[2048], got[FRAME_MAX];

/* --- Cases ---------- */

static void test_start(void)
{
	start();
	expect_bytes(dev->mac, "\x52\x54\0\x12\x34\x56", 6, "MAC");
	expect_u64(host.bar[20], 1 | 2 | 4 | 8, "DRIVER_OK");
	expect_u64(rx.avail[1], QUEUE_SIZE, "all receive buffers are there");
	expect_true(pages_given * 4096 <= 512 * KIB, "shared memory");
	expect_u64(dev->receive(dev, got), 0, "no frame yet");
}

static void test_receive(void)
{
	start();
	for (uint32_t round = 0; round < 3 * QUEUE_SIZE; round++) {
		const uint32_t size = 14 + round * 37 % (FRAME_MAX - 13);

		for (uint32_t i = 0; i < size; i++)
			sent[i] = (uint8_t)(round + i);
		deliver(sent, size, 0);
		expect_u64(dev->receive(dev, got), size, "size");
		expect_bytes(got, sent, size, "bytes");
	}
	expect_u64(dev->stats.rx_frames, 3 * QUEUE_SIZE, "counted");
	expect_u64(dev->stats.rx_dropped, 0, "none dropped");
	expect_u64(host.notifications, 0, "the device never ran out");
}

static void test_receive_none(void)
{
	start();
	deliver(sent, 0, 0);
	deliver(sent, 13, 0);
	deliver(sent, 60, 1);
	deliver(sent, 60, 2);
	give_back(&rx, rx.avail[2 + rx.seen++ % QUEUE_SIZE], 0);
	give_back(&rx, rx.avail[2 + rx.seen++ % QUEUE_SIZE], HEADER - 1);
	deliver(sent, 14, 0);
	expect_u64(dev->receive(dev, got), 14, "the first that is a frame");
	expect_u64(dev->stats.rx_dropped, 6, "the others are counted");
	expect_u64(dev->stats.host_errors, 0, "no reason to give up");
	/* All the ring holds at once, and none of it a frame. */
	for (int i = 0; i < QUEUE_SIZE; i++)
		deliver(sent, 1, 0);
	expect_u64(dev->receive(dev, got), 0, "comes to an end");
}

static void test_transmit(void)
{
	uint16_t id = 0;

	start();
	for (uint32_t round = 0; round < 3 * QUEUE_SIZE; round++) {
		const uint32_t size = 14 + round * 37 % (FRAME_MAX - 13);
		struct virtq_desc *desc;
		uint8_t *slot;

		for (uint32_t i = 0; i < size; i++)
			sent[i] = (uint8_t)(round ^ i);
		expect_u64((uint64_t)dev->transmit(dev, sent, size), 0,
			   "transmit");
		desc = next(&tx, &id);
		if (!expect_true(desc != NULL, "is available"))
			return;
		expect_u64(desc->len, HEADER + size, "size");
		expect_u64(desc->flags, 0, "not for the device to write");
		slot = at_dma(desc->addr);
		expect_bytes(slot, "\0\0\0\0\0\0\0\0\0\0\0\0", HEADER,
			     "header");
		expect_bytes(slot + HEADER, sent, size, "bytes");
		give_back(&tx, id, 0);
	}
	expect_u64(dev->stats.tx_frames, 3 * QUEUE_SIZE, "counted");
}

static void test_transmit_sizes(void)
{
	static const size_t sizes[] = {
		0, 1, 13, FRAME_MAX + 1, 2000, SIZE_MAX
	};
	uint16_t id;

	start();
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		expect_true(dev->transmit(dev, sent, sizes[i]) == -EINVAL,
			    "no frame's size");
	expect_true(!next(&tx, &id), "nothing was sent");
}

/* Nothing is told until flush(), and then once; a full ring is told at once. */
static void test_flush(void)
{
	start();
	for (int i = 0; i < 5; i++)
		expect_u64((uint64_t)dev->transmit(dev, sent, 60), 0, "sent");
	expect_u64(host.notifications, 0, "not yet");
	expect_true(wakes, "whoever flushes is awake");
	dev->wait(dev, 0);
	expect_u64(waits, 0, "and does not sleep before");
	dev->flush(dev);
	dev->flush(dev);
	expect_u64(host.notifications, 1, "one for five");
	dev->wait(dev, 0);
	expect_u64(waits, 1, "now it may sleep");
	for (int i = 5; i < QUEUE_SIZE; i++)
		expect_u64((uint64_t)dev->transmit(dev, sent, 60), 0, "sent");
	expect_true(dev->transmit(dev, sent, 60) == -ENOBUFS, "full");
	expect_u64(dev->stats.tx_dropped, 1, "counted");
	for (uint16_t i = 0; i < 3; i++)
		give_back(&tx, (uint32_t)i, 0);
	for (int i = 0; i < 3; i++)
		expect_u64((uint64_t)dev->transmit(dev, sent, 60), 0,
			   "taken back");
	expect_true(dev->transmit(dev, sent, 60) == -ENOBUFS, "full again");
}

static void test_wait(void)
{
	start();
	deliver(sent, 60, 0);
	dev->wait(dev, 0);
	expect_u64(waits, 0, "a frame is there already");
	expect_u64(dev->receive(dev, got), 60, "it");
	dev->wait(dev, 0);
	expect_u64(waits, 1, "none is there");
	expect_true(irq_handler != NULL, "a handler");
	irq_handler(irq_arg);
	expect_true(wakes, "the interrupt wakes");
}

/* A lie: counted once, told once, and the device is left alone from then. */
static void expect_given_up(void)
{
	expect_u64(dev->stats.host_errors, 1, "counted");
	expect_u64(host.bar[20], 128, "FAILED");
	expect_u64(lines_logged, 2, "said once");
	host.notifications = 0;
	expect_true(dev->transmit(dev, sent, 60) == -EIO, "no more to send");
	expect_u64(dev->receive(dev, got), 0, "nothing to receive");
	dev->flush(dev);
	dev->wait(dev, 0);
	expect_u64(waits, 1, "sleeps");
	expect_u64(host.notifications, 0, "left alone");
}

static void test_check(void)
{
	start();
	expect_u64((uint64_t)dev->check(dev), 0, "check");
	expect_u64(host.notifications, 2, "both queues, wanted or not");
	expect_u64(dev->stats.host_errors, 0, "all is well");
	host.bar[20] |= 64;
	host.notifications = 0;
	expect_true(dev->check(dev) == -EIO, "needs a reset");
	expect_u64(host.notifications, 0, "not a broken one");
	expect_true(dev->check(dev) == -EIO, "still");
	expect_given_up();
}

static void test_rx_id(void)
{
	start();
	give_back(&rx, QUEUE_SIZE, 60);
	expect_u64(dev->receive(dev, got), 0, "no such buffer");
	expect_given_up();
}

static void test_rx_length(void)
{
	start();
	give_back(&rx, 0, HEADER + FRAME_MAX + 1);
	expect_u64(dev->receive(dev, got), 0, "more than there was room for");
	expect_given_up();
}

static void test_rx_index(void)
{
	start();
	rx.used[1] = QUEUE_SIZE + 1;
	expect_u64(dev->receive(dev, got), 0, "more than there are");
	expect_given_up();
}

static void test_tx_id(void)
{
	start();
	for (int i = 0; i < QUEUE_SIZE; i++)
		expect_u64((uint64_t)dev->transmit(dev, sent, 60), 0, "sent");
	give_back(&tx, 5, 0);
	give_back(&tx, 5, 0);
	expect_true(dev->transmit(dev, sent, 60) == -EIO, "the same twice");
	expect_given_up();
}

static void expect_bad_mac(const char *mac, const char *what)
{
	good_device();
	memcpy(host.bar + DEVICE, mac, 6);
	expect_true(virtio_init(&memory_map) == -EIO && !dev, what);
	expect_u64(host.bar[20], 128, "FAILED");
}

static void test_mac_zero(void)
{
	expect_bad_mac("\0\0\0\0\0\0", "no address");
}

static void test_mac_group(void)
{
	expect_bad_mac("\xFF\xFF\xFF\xFF\xFF\xFF", "everybody's address");
}

static void run(void (*test)(void))
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		test();
		fflush(stdout);
		_exit(!expect_checks || expect_failures);
	}
	expect_true(waitpid(child, &status, 0) == child && status == 0,
		    "a case of its own");
}

int main(void)
{
	run(test_start);
	run(test_receive);
	run(test_receive_none);
	run(test_transmit);
	run(test_transmit_sizes);
	run(test_flush);
	run(test_wait);
	run(test_check);
	run(test_rx_id);
	run(test_rx_length);
	run(test_rx_index);
	run(test_tx_id);
	run(test_mac_zero);
	run(test_mac_group);
	return expect_result("virtio_net");
}
