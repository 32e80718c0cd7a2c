/* SPDX-License-Identifier: MIT */
/*
 * drivers/virtio/virtq against two devices: one that follows the standard,
 * in every order and past the wrap of all indices, and one that lies in each
 * way that its three rings allow.
 * Links: drivers/virtio/virtq.c
 */
#include "tests/unit/expect.h"

#include <errno.h>

#include "drivers/virtio/virtq.h"

#define SIZE 8
#define ROOM 64U

/* The device's side, written from the standard and not from virtq.c. */
struct device {
	struct virtq_desc *desc;
	uint16_t *avail;     /* flags, idx, ring[SIZE], used_event */
	uint16_t *used;	     /* flags, idx, ring[SIZE], avail_event */
	uint16_t seen;	     /* of the available ring */
	uint16_t held[SIZE]; /* buffers taken and not given back */
	unsigned int num_held;
};

static _Alignas(64) unsigned char memory[1024];
static struct virtq queue;
static struct device device;
static unsigned int seed;

static unsigned int chance(unsigned int of)
{
	seed = seed * 1103515245U + 12345U;
	return (seed >> 16) % of;
}

static struct virtq_used_elem *used_elem(uint16_t slot)
{
	return (struct virtq_used_elem *)(void *)(device.used + 2) + slot;
}

static uint16_t *avail_event(void)
{
	return device.used + 2 + 4 * SIZE;
}

static uint16_t used_event(void)
{
	return device.avail[2 + SIZE];
}

static void start(bool has_event_idx)
{
	memset(memory, 0, sizeof(memory));
	virtq_init(&queue, memory, SIZE, has_event_idx);
	device = (struct device){ 0 };
	device.desc = (void *)memory;
	device.avail = (void *)(memory + virtq_offset_avail(SIZE));
	device.used = (void *)(memory + virtq_offset_used(SIZE));
	for (uint16_t id = 0; id < SIZE; id++)
		virtq_set_buffer(&queue, id, 0x10000U + id * 0x100U, true);
}

/* Takes what is available, as a device does after a notification. */
static void device_take(void)
{
	for (; device.seen != device.avail[1]; device.seen++) {
		const uint16_t id = device.avail[2 + device.seen % SIZE];

		expect_true(id < SIZE, "available: an id");
		expect_u64(device.desc[id].addr, 0x10000U + id * 0x100U,
			   "address");
		expect_u64(device.desc[id].len, ROOM, "length");
		expect_u64(device.desc[id].flags, VIRTQ_DESC_F_WRITE, "flags");
		expect_true(device.num_held < SIZE, "no more than there are");
		device.held[device.num_held++] = id;
	}
	*avail_event() = device.seen;
}

/* Publishes a completion, true or not; true when it would interrupt. */
static bool device_put(uint32_t id, uint32_t len)
{
	const uint16_t old = device.used[1]++;

	*used_elem(old % SIZE) = (struct virtq_used_elem){ id, len };
	return used_event() == old;
}

/* Gives back any one of the buffers. */
static bool device_give(uint32_t len)
{
	const unsigned int which = chance(device.num_held);
	const uint16_t id = device.held[which];

	device.held[which] = device.held[--device.num_held];
	return device_put(id, len);
}

static void expect_take(int want, const char *what)
{
	uint32_t size = 0;
	uint16_t id = 0;

	expect_u64((uint64_t)virtq_take(&queue, &id, &size), (uint64_t)want,
		   what);
}

static void test_layout(void)
{
	/* Virtio 1.2, Split Virtqueues: sizes and alignments. */
	expect_u64(virtq_offset_avail(SIZE), 16 * SIZE, "available ring");
	expect_u64(virtq_offset_used(SIZE) % 4, 0, "used ring's alignment");
	expect_true(virtq_offset_used(SIZE) >= 16 * SIZE + 6 + 2 * SIZE,
		    "used ring behind the available ring");
	expect_u64(virtq_bytes(SIZE), virtq_offset_used(SIZE) + 6 + 8 * SIZE,
		   "all of it");
	expect_true(virtq_bytes(VIRTQ_SIZE_MAX) <= PAGE_SIZE, "one page");
}

/* Past three wraps of the 16-bit indices, with any interleaving. */
static void test_traffic(void)
{
	bool is_ours[SIZE];
	unsigned int taken = 0;
	unsigned int expected = 0;

	start(true);
	seed = 1;
	memset(is_ours, true, sizeof(is_ours));
	while (taken < 200000) {
		const uint16_t id = (uint16_t)chance(SIZE);
		uint16_t done;
		uint32_t size;

		if (is_ours[id]) {
			virtq_submit(&queue, id, ROOM);
			is_ours[id] = false;
		}
		if (virtq_needs_notify(&queue) || chance(4) == 0)
			device_take();
		if (device.num_held && chance(2))
			device_give(chance(ROOM + 1));
		while (chance(2) && virtq_take(&queue, &done, &size) == 1) {
			if (!expect_true(!is_ours[done], "it had that one"))
				return;
			is_ours[done] = true;
			taken++;
		}
	}
	expect_true(!queue.is_broken, "not broken");
	for (unsigned int id = 0; id < SIZE; id++)
		expected += !is_ours[id];
	expect_u64(queue.in_flight, expected, "in flight");
}

/* The device asks for a notification at an index: that, and only then. */
static void test_notify_event(void)
{
	start(true);
	expect_true(!virtq_needs_notify(&queue), "nothing submitted");
	virtq_submit(&queue, 0, ROOM);
	expect_true(virtq_needs_notify(&queue), "the first");
	expect_true(!virtq_needs_notify(&queue), "asked again");
	virtq_submit(&queue, 1, ROOM);
	expect_true(!virtq_needs_notify(&queue), "it still looks itself");
	*avail_event() = 4;
	virtq_submit(&queue, 2, ROOM);
	virtq_submit(&queue, 3, ROOM);
	expect_true(!virtq_needs_notify(&queue), "not that far");
	virtq_submit(&queue, 4, ROOM);
	virtq_submit(&queue, 5, ROOM);
	expect_true(virtq_needs_notify(&queue), "passed in a batch");
}

static void test_notify_flag(void)
{
	start(false);
	virtq_submit(&queue, 0, ROOM);
	expect_true(virtq_needs_notify(&queue), "no flag");
	device.used[0] = VIRTQ_USED_F_NO_NOTIFY;
	virtq_submit(&queue, 1, ROOM);
	expect_true(!virtq_needs_notify(&queue), "flag");
}

/* A completion either is seen when arming or interrupts afterwards. */
static void test_arm(void)
{
	start(true);
	for (uint16_t id = 0; id < SIZE; id++)
		virtq_submit(&queue, id, ROOM);
	device_take();
	expect_true(!device_give(1), "not armed: no interrupt");
	expect_true(virtq_arm(&queue), "one is there already");
	expect_take(1, "it");
	expect_true(!virtq_arm(&queue), "none is there");
	expect_true(device_give(1), "armed: an interrupt");
	expect_true(!device_give(1), "only for the first");
	expect_take(1, "first");
	expect_take(1, "second");
	virtq_disarm(&queue);
	expect_true(!device_give(1), "disarmed");
	expect_u64(device.avail[0], 0, "flags stay 0 with event indices");
}

static void test_arm_flag(void)
{
	start(false);
	expect_u64(device.avail[0], VIRTQ_AVAIL_F_NO_INTERRUPT, "at first");
	expect_true(!virtq_arm(&queue), "none is there");
	expect_u64(device.avail[0], 0, "armed");
	virtq_disarm(&queue);
	expect_u64(device.avail[0], VIRTQ_AVAIL_F_NO_INTERRUPT, "disarmed");
}

/* One lie: after it the queue is broken, and stays so with a true device. */
static void expect_broken(const char *what)
{
	expect_take(-EIO, what);
	expect_true(queue.is_broken, what);
	device.used[1] = queue.used_next;
	expect_take(-EIO, "still broken");
	expect_true(!virtq_arm(&queue), "no interrupt to wait for");
	expect_true(!virtq_needs_notify(&queue), "no notification");
}

/* Buffers 0 to 2 are with the device; 3 was and came back. */
static void start_hostile(void)
{
	start(true);
	for (uint16_t id = 0; id < 4; id++)
		virtq_submit(&queue, id, ROOM);
	device_put(3, 0);
	expect_take(1, "an honest one");
}

static void test_bad_ids(void)
{
	static const uint32_t ids[] = { 3,	   4,	     SIZE - 1,
					SIZE,	   SIZE + 1, 0xFFFF,
					0x10000,   0x10001,  0xFFFFFFFF,
					0x80000000 };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		start_hostile();
		device_put(ids[i], 0);
		expect_broken("an id that it does not have");
	}
	start_hostile();
	device_put(1, 0);
	device_put(1, 0);
	expect_take(1, "once");
	expect_broken("the same id twice");
}

static void test_bad_lengths(void)
{
	static const uint32_t lengths[] = { ROOM + 1, 0x10000, 0x7FFFFFFF,
					    0xFFFFFFFF };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		start_hostile();
		device_put(0, lengths[i]);
		expect_broken("more than there was room for");
	}
	start_hostile();
	device_put(0, ROOM);
	expect_take(1, "all the room there was");
}

/* The used index: from each place to every other that is impossible. */
static void test_bad_indices(void)
{
	for (unsigned int idx = 0; idx < 0x10000; idx++) {
		start_hostile();
		/* used_next is 1, three are in flight. */
		if (idx >= 1 && idx <= 4)
			continue;
		device.used[1] = (uint16_t)idx;
		expect_broken("an index that jumped");
	}
}

/* What the device writes where it should only read changes nothing of ours. */
static void test_scribbled_rings(void)
{
	uint32_t size;
	uint16_t id;

	start_hostile();
	memset(memory, 0xFF, virtq_offset_used(SIZE));
	device_put(2, 7);
	expect_u64((uint64_t)virtq_take(&queue, &id, &size), 1, "honest");
	expect_u64(id, 2, "id");
	expect_u64(size, 7, "size");
	virtq_submit(&queue, 2, ROOM);
	expect_u64(device.avail[1], 5, "index from private memory");
	expect_u64(device.avail[2 + 4], 2, "entry");
	expect_u64(device.desc[2].len, ROOM, "length");
}

/* Rings of random bytes after every step: no bad id ever gets out. */
static void test_random(void)
{
	seed = 7;
	for (int round = 0; round < 20000; round++) {
		uint32_t size = 0;
		uint16_t id = 0;

		start_hostile();
		for (int step = 0; step < 8 && !queue.is_broken; step++) {
			device.used[1] = (uint16_t)(1 + chance(5));
			for (uint16_t i = 0; i < SIZE; i++)
				*used_elem(i) = (struct virtq_used_elem){
					chance(5), chance(ROOM + 8)
				};
			if (virtq_take(&queue, &id, &size) != 1)
				continue;
			expect_true(id < 3 && size <= ROOM, "random rings");
		}
	}
}

int main(void)
{
	test_layout();
	test_traffic();
	test_notify_event();
	test_notify_flag();
	test_arm();
	test_arm_flag();
	test_bad_ids();
	test_bad_lengths();
	test_bad_indices();
	test_scribbled_rings();
	test_random();
	return expect_result("virtq");
}
