/* SPDX-License-Identifier: MIT */
/*
 * A split virtqueue whose other side is hostile.
 *
 * Every buffer is one descriptor: descriptor i always names slot i, its
 * address is written once, so there are no chains to follow and none that
 * the device could corrupt. What the driver decides on lives in private
 * memory; the three rings are only ever written, except for the used ring,
 * each field of which is read once and then checked.
 *
 * Not for interrupt handlers: threads cooperate and so need no lock.
 */
#ifndef DRIVERS_VIRTIO_VIRTQ_H
#define DRIVERS_VIRTIO_VIRTQ_H

#include "lib/compiler.h"
#include "lib/types.h"

/* The largest queue: its three rings fit into one page. */
#define VIRTQ_SIZE_MAX 128

/* Virtio 1.2, Split Virtqueues: descriptor table, available and used ring. */
#define VIRTQ_DESC_F_WRITE 2
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1
#define VIRTQ_USED_F_NO_NOTIFY 1

struct virtq_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};
ASSERT_FIELD(struct virtq_desc, addr, 0, 8);
ASSERT_FIELD(struct virtq_desc, len, 8, 4);
ASSERT_FIELD(struct virtq_desc, flags, 12, 2);
ASSERT_FIELD(struct virtq_desc, next, 14, 2);
ASSERT_SIZE(struct virtq_desc, 16);

/* ring[size] is used_event. */
struct virtq_avail {
	uint16_t flags;
	uint16_t idx;
	uint16_t ring[];
};
ASSERT_FIELD(struct virtq_avail, idx, 2, 2);
ASSERT_SIZE(struct virtq_avail, 4);

struct virtq_used_elem {
	uint32_t id;
	uint32_t len;
};
ASSERT_FIELD(struct virtq_used_elem, id, 0, 4);
ASSERT_FIELD(struct virtq_used_elem, len, 4, 4);
ASSERT_SIZE(struct virtq_used_elem, 8);

/* ring[size].id (its low half) is avail_event. */
struct virtq_used {
	uint16_t flags;
	uint16_t idx;
	struct virtq_used_elem ring[];
};
ASSERT_FIELD(struct virtq_used, idx, 2, 2);
ASSERT_SIZE(struct virtq_used, 4);

struct virtq {
	/* Shared: the device may write any of it at any time. */
	struct virtq_desc host_shared *desc;
	struct virtq_avail host_shared *avail;
	struct virtq_used host_shared *used;

	/* Private. */
	uint16_t size;
	uint16_t avail_next;	 /* where the next buffer is put */
	uint16_t avail_notified; /* avail_next when last asked about a kick */
	uint16_t used_next;	 /* the next completion to take */
	uint16_t in_flight;
	bool has_event_idx;
	bool is_broken;
	/* Bytes the device was given, per descriptor; 0: it has it not. */
	uint32_t granted[VIRTQ_SIZE_MAX];
};

/* Where the rings lie in the memory given to virtq_init(). */
size_t virtq_offset_avail(uint16_t size);
size_t virtq_offset_used(uint16_t size);
size_t virtq_bytes(uint16_t size);

/*
 * memory: virtq_bytes(size) zeroed shared bytes, 16 byte aligned; size is a
 * power of two of at most VIRTQ_SIZE_MAX. Interrupts start out disarmed.
 */
void virtq_init(struct virtq *queue, void host_shared *memory, uint16_t size,
		bool has_event_idx);

/* Binds descriptor id to the buffer at dma, once, before its first use. */
void virtq_set_buffer(struct virtq *queue, uint16_t id, paddr_t dma,
		      bool is_device_writable);

/*
 * Gives buffer id with size bytes to the device, which may see it at once
 * but need not look before it is notified. The device must not have it.
 */
void virtq_submit(struct virtq *queue, uint16_t id, uint32_t size);

/*
 * True when the device asked to be notified of what was submitted since the
 * last call: the caller then notifies.
 */
bool virtq_needs_notify(struct virtq *queue) must_check;

/*
 * Takes back one buffer: 1 with its id and the number of bytes the device
 * says it wrote (at most what was granted), 0: none, -EIO: the device did
 * what no device may do, and the queue stays broken for ever.
 */
int virtq_take(struct virtq *queue, uint16_t *id, uint32_t *size) must_check;

/*
 * Asks for an interrupt at the next completion. True when one is there
 * already: no interrupt will come for it.
 */
bool virtq_arm(struct virtq *queue) must_check;
/* Back to no interrupts; with event indices an armed queue fires only once. */
void virtq_disarm(struct virtq *queue);

#endif
