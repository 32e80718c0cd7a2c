/* SPDX-License-Identifier: MIT */
/*
 * Split virtqueues: see virtq.h for who is trusted with what.
 *
 * Invariant: granted[id] is not 0 exactly for the in_flight descriptors that
 * the device has; a completion is believed only for one of those.
 */
#include "drivers/virtio/virtq.h"

#include <assert.h>
#include <errno.h>

#include "lib/shared.h"

size_t virtq_offset_avail(uint16_t size)
{
	return size * sizeof(struct virtq_desc);
}

size_t virtq_offset_used(uint16_t size)
{
	/* flags, idx, ring[size], used_event; the used ring wants 4 bytes. */
	return align_up(virtq_offset_avail(size) + 6 + 2U * size, 4);
}

size_t virtq_bytes(uint16_t size)
{
	return virtq_offset_used(size) + 6 +
	       size * sizeof(struct virtq_used_elem);
}

static uint16_t host_shared *used_event(const struct virtq *queue)
{
	return &queue->avail->ring[queue->size];
}

static uint16_t avail_event(const struct virtq *queue)
{
	/* Little endian: the low half of what would be one more id. */
	return shared_read16(
		(const uint16_t host_shared *)&queue->used->ring[queue->size]
			.id);
}

void virtq_init(struct virtq *queue, void host_shared *memory, uint16_t size,
		bool has_event_idx)
{
	char host_shared *const at = memory;

	assert(size && size <= VIRTQ_SIZE_MAX && !(size & (size - 1)));
	*queue = (struct virtq){
		.desc = memory,
		.avail = (void host_shared *)(at + virtq_offset_avail(size)),
		.used = (void host_shared *)(at + virtq_offset_used(size)),
		.size = size,
		.has_event_idx = has_event_idx,
	};
	virtq_disarm(queue);
}

void virtq_set_buffer(struct virtq *queue, uint16_t id, paddr_t dma,
		      bool is_device_writable)
{
	struct virtq_desc host_shared *const desc = &queue->desc[id];

	assert(id < queue->size);
	shared_write64(&desc->addr, dma);
	shared_write16(&desc->flags,
		       is_device_writable ? VIRTQ_DESC_F_WRITE : 0);
	shared_write16(&desc->next, 0);
}

void virtq_submit(struct virtq *queue, uint16_t id, uint32_t size)
{
	const uint16_t slot = queue->avail_next & (queue->size - 1);

	assert(id < queue->size && size && !queue->granted[id]);
	queue->granted[id] = size;
	queue->in_flight++;
	shared_write32(&queue->desc[id].len, size);
	shared_write16(&queue->avail->ring[slot], id);
	queue->avail_next++;
	/* The buffer and its entry must be there before the index says so. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	shared_write16(&queue->avail->idx, queue->avail_next);
}

bool virtq_needs_notify(struct virtq *queue)
{
	const uint16_t new = queue->avail_next;
	const uint16_t old = queue->avail_notified;
	uint16_t event;

	if (new == old || queue->is_broken)
		return false;
	queue->avail_notified = new;
	/*
	 * The device writes its wish, then looks at the index once more; we
	 * write the index, then look at its wish. With both stores before both
	 * loads at least one of us sees the other.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!queue->has_event_idx)
		return !(shared_read16(&queue->used->flags) &
			 VIRTQ_USED_F_NO_NOTIFY);
	/* Any value the host puts here only costs it or us a notification. */
	event = avail_event(queue);
	return (uint16_t)(new - event - 1) < (uint16_t)(new - old);
}

static int virtq_break(struct virtq *queue)
{
	queue->is_broken = true;
	return -EIO;
}

int virtq_take(struct virtq *queue, uint16_t *id, uint32_t *size)
{
	const uint16_t slot = queue->used_next & (queue->size - 1);
	uint32_t claimed_id, claimed_size;
	uint16_t ready;

	if (queue->is_broken)
		return -EIO;
	ready = (uint16_t)(shared_read16(&queue->used->idx) - queue->used_next);
	if (!ready)
		return 0;
	/* More completions than buffers: an index that jumped or ran back. */
	if (ready > queue->in_flight)
		return virtq_break(queue);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	claimed_id = shared_read32(&queue->used->ring[slot].id);
	claimed_size = shared_read32(&queue->used->ring[slot].len);
	/* One that it never had or has given back would be reused under us. */
	if (claimed_id >= queue->size || !queue->granted[claimed_id])
		return virtq_break(queue);
	/* More bytes than it had room for would have us read past the slot. */
	if (claimed_size > queue->granted[claimed_id])
		return virtq_break(queue);
	queue->granted[claimed_id] = 0;
	queue->in_flight--;
	queue->used_next++;
	*id = (uint16_t)claimed_id;
	*size = claimed_size;
	return 1;
}

bool virtq_arm(struct virtq *queue)
{
	if (queue->is_broken)
		return false;
	if (queue->has_event_idx)
		shared_write16(used_event(queue), queue->used_next);
	else
		shared_write16(&queue->avail->flags, 0);
	/* The mirror of virtq_needs_notify(): our wish, then a last look. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return shared_read16(&queue->used->idx) != queue->used_next;
}

void virtq_disarm(struct virtq *queue)
{
	/*
	 * An event index behind us is out of the device's way until it has
	 * gone round all 65536 values; the flag must stay 0 then.
	 */
	if (queue->has_event_idx)
		shared_write16(used_event(queue),
			       (uint16_t)(queue->used_next - 1));
	else
		shared_write16(&queue->avail->flags,
			       VIRTQ_AVAIL_F_NO_INTERRUPT);
}
