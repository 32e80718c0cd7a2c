/* SPDX-License-Identifier: MIT */
/*
 * Lies in shared memory: what QEMU's device has written to its rings and
 * buffers is changed before the guest runs on. Only QEMU's RAM is written,
 * which backs what is shared and nothing else.
 */
#include "emu/lies/lies.h"

#include "emu/boot/memory.h"
#include "emu/lies/parts.h"

#define QUEUE_RX 0

/* Virtio 1.2, Split Virtqueues. */
struct desc {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};
ASSERT_SIZE(struct desc, 16);

struct avail {
	uint16_t flags;
	uint16_t index;
	uint16_t ring[];
};

struct used_element {
	uint32_t id;
	uint32_t size;
};

struct used {
	uint16_t flags;
	uint16_t index;
	struct used_element ring[];
};

static bool is_memory(paddr_t at, uint64_t size)
{
	return at && !(at & 3) && vmm_is_ram(at) && vmm_is_ram(at + size - 1);
}

static bool is_usable(const struct lies_queue *queue)
{
	const uint64_t size = queue->size;

	return queue->is_enabled && size && !(size & (size - 1)) &&
	       is_memory(queue->desc, size * sizeof(struct desc)) &&
	       is_memory(queue->avail, 6 + size * 2) &&
	       is_memory(queue->used, 6 + size * sizeof(struct used_element));
}

/*
 * Some bits of one byte of what the device wrote there. Those of several
 * bytes can cancel each other in TCP's checksum, as on any network.
 */
static void flip_bits(const struct lies_queue *queue,
		      const struct used_element *element)
{
	const struct desc *descs = memory_at(queue->desc);
	const struct desc *desc = &descs[element->id & (queue->size - 1U)];
	const uint64_t size = min_u64(element->size, desc->size);
	uint8_t *bytes;

	if (!size || !is_memory(align_down(desc->address, 4), size + 4))
		return;
	bytes = memory_at(desc->address);
	bytes[lies_random() % size] ^= (uint8_t)(lies_random() % 255 + 1);
}

static void change_element(const struct lies_queue *queue,
			   struct used_element *element)
{
	const struct used *used = memory_at(queue->used);
	const uint16_t before = (uint16_t)(queue->used_seen - 1);

	if (queue == lies_queue(QUEUE_RX) && lies_chance(64) &&
	    lie_tell(LIE_FRAME_RUBBISH))
		flip_bits(queue, element);
	if (!lies_chance(16))
		return;
	if (lie_tell(LIE_USED_ID))
		element->id = (uint32_t)lies_random();
	if (lie_tell(LIE_USED_TWICE))
		element->id = used->ring[before & (queue->size - 1U)].id;
	if (lie_tell(LIE_USED_LENGTH))
		element->size = (uint32_t)lies_random() | 0x8000;
}

static void change_used(struct lies_queue *queue)
{
	struct used *used = memory_at(queue->used);
	const uint16_t index = __atomic_load_n(&used->index, __ATOMIC_ACQUIRE);

	if ((uint16_t)(index - queue->used_seen) > queue->size)
		queue->used_seen = index;
	while (queue->used_seen != index) {
		change_element(queue, &used->ring[queue->used_seen &
						  (queue->size - 1U)]);
		queue->used_seen++;
		if (lies_chance(16) && lie_tell(LIE_USED_INDEX))
			used->index = (uint16_t)lies_random();
	}
}

/* Where a device then writes is still the guest's memory. */
static void scribble(const struct lies_queue *queue)
{
	struct desc *descs = memory_at(queue->desc);
	struct avail *avail = memory_at(queue->avail);
	const uint64_t slot = lies_random() % queue->size;

	if (lies_chance(32) && lie_tell(LIE_DESC_SCRIBBLE))
		descs[slot] = (struct desc){
			.address = lies_random() % vmm_config.ram_size / 2,
			.size = (uint32_t)lies_random() % 0x10000,
			.flags = (uint16_t)lies_random(),
			.next = (uint16_t)lies_random(),
		};
	if (lies_chance(32) && lie_tell(LIE_AVAIL_SCRIBBLE)) {
		avail->ring[slot] = (uint16_t)lies_random();
		avail->index = (uint16_t)(avail->index + lies_random() % 3);
	}
}

void lies_change_rings(void)
{
	for (unsigned int i = 0; i < LIES_QUEUES; i++) {
		if (!is_usable(lies_queue(i)))
			continue;
		change_used(lies_queue(i));
		scribble(lies_queue(i));
	}
}
