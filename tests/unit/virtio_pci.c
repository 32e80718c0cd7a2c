/* SPDX-License-Identifier: MIT */
/*
 * drivers/virtio/pci and transport against a simulated host, of which each
 * case changes one thing.
 * Links: drivers/virtio/pci.c drivers/virtio/transport.c drivers/virtio/virtq.c
 */
#include "tests/unit/virtio_host.h"

/* --- Cases ---------- */

static struct virtio_device device;

static void expect_find(int want, const char *what)
{
	expect_u64((uint64_t)virtio_find(&device, VIRTIO_DEVICE_NET,
					 &memory_map),
		   (uint64_t)want, what);
	if (!want)
		return;
	/* Neither now nor when it is given up is anything of it touched. */
	virtio_fail(&device, "test");
	expect_u64(host.outside, 0, what);
}

static void test_good(void)
{
	good_device();
	expect_find(0, "a good device");
	expect_u64(device.pci.slot, SLOT, "slot");
	expect_u64(device.common.base, BAR_BASE + COMMON, "common");
	expect_u64(device.notify.base, BAR_BASE + NOTIFY, "notify");
	expect_u64(device.config.base, BAR_BASE + DEVICE, "device");
	expect_u64(device.notify_multiplier, 4, "multiplier");
	expect_u64(device.msix.vectors, 4, "MSI-X entries");
	expect_u64(device.msix.table.base, MSIX_BASE, "MSI-X table");
	expect_u64(get(host.config + 4, 2), 0x406, "memory, master, no INTx");
	expect_u64(get(host.config + 0x20, 8), BAR_BASE | 0xC, "BAR is back");
}

static void test_who(void)
{
	good_device();
	put(host.config, 0x10421AF4, 4);
	expect_find(-ENODEV, "a virtio block device");
	good_device();
	put(host.config, 0x10418086, 4);
	expect_find(-ENODEV, "another vendor");
	good_device();
	put(host.config, 0x10001AF4, 4);
	expect_find(-ENODEV, "transitional, of no type");
	put(host.config + 0x2E, 1, 2);
	expect_find(0, "transitional");
	good_device();
	put(host.config, 0xFFFFFFFF, 4);
	expect_find(-ENODEV, "an empty bus");
	good_device();
	put(host.config, 0x10421AF4, 4);
	host.config[0x0E] = 0x80;
	host.is_multifunction_ghost = true;
	expect_find(-ENODEV, "functions that are all the same");
}

static void test_capability_lists(void)
{
	good_device();
	host.config[CAP_DEVICE + 1] = CAP_MSIX;
	expect_find(0, "a list that loops");
	good_device();
	host.config[CAP_COMMON + 1] = CAP_COMMON;
	expect_find(-EIO, "a capability that is its own next");
	good_device();
	host.config[0x34] = 0x28;
	put(host.config + 0x28, PCI_CAP_VENDOR | CAP_MSIX << 8, 4);
	expect_find(-EIO, "a list that begins in the header");
	good_device();
	host.config[6] = 0;
	expect_find(-EIO, "no list");
	good_device();
	host.config[CAP_COMMON + 1] |= 3;
	expect_find(0, "reserved bits of the pointer");
	good_device();
	memset(host.config + 0x40, PCI_CAP_VENDOR, 0xC0);
	expect_find(-EIO, "vendor capabilities all over");
	good_device();
	memset(host.config + 0x40, 0xFF, 0xC0);
	expect_find(-EIO, "all ones");
	good_device();
	host.config[CAP_DEVICE + 1] = 0xF8;
	host.config[0xF8] = PCI_CAP_VENDOR;
	host.config[0xFA] = 16;
	host.config[0xFB] = 1;
	expect_find(0, "a second common at the end is not looked at");
	host.config[CAP_COMMON] = 0;
	expect_find(-EIO, "one that reaches beyond the end");
	good_device();
	memcpy(host.config + 0xF0, host.config + CAP_NOTIFY, 16);
	host.config[CAP_COMMON + 1] = 0xF0;
	expect_find(-EIO, "a multiplier beyond the end");
}

/* One capability whose bar, offset and size are these. */
static void check_block(uint8_t at, uint8_t bar, uint32_t offset, uint32_t size,
			int want)
{
	good_device();
	host.config[at + 4] = bar;
	put(host.config + at + 8, offset, 4);
	put(host.config + at + 12, size, 4);
	expect_find(want, "a block of registers");
}

static void test_blocks(void)
{
	static const uint8_t caps[] = { CAP_COMMON, CAP_NOTIFY, CAP_ISR,
					CAP_DEVICE };

	for (size_t i = 0; i < ARRAY_SIZE(caps); i++) {
		const uint8_t at = caps[i];

		check_block(at, 4, 0, BAR_SIZE, 0);
		check_block(at, 4, BAR_SIZE - 64, 64, 0);
		check_block(at, 4, BAR_SIZE - 64, 65, -EIO);
		check_block(at, 4, BAR_SIZE, 64, -EIO);
		check_block(at, 4, 0xFFFFFFFF, 64, -EIO);
		check_block(at, 4, 64, 0xFFFFFFC0, -EIO);
		check_block(at, 4, 64, 0xFFFFFFFF, -EIO);
		check_block(at, 4, 0, 0, -EIO);
		check_block(at, 0, 0, 64, -EIO);
		check_block(at, 5, 0, 64, -EIO);
		check_block(at, 6, 0, 64, -EIO);
		check_block(at, 255, 0, 64, -EIO);
	}
	check_block(CAP_COMMON, 4, 0, 55, -EIO);
	check_block(CAP_COMMON, 4, 2, 64, -EIO);
	check_block(CAP_NOTIFY, 4, 1, 64, -EIO);
	check_block(CAP_NOTIFY, 4, 0, 1, -EIO);
	check_block(CAP_DEVICE, 4, 1, 64, -EIO);
	good_device();
	host.config[CAP_COMMON + 2] = 15;
	expect_find(-EIO, "a capability that is too short");
	good_device();
	host.config[CAP_NOTIFY + 2] = 16;
	expect_find(-EIO, "notify without a multiplier");
}

/* The BAR of the registers at base, keeping the bits in mask. */
static void check_bar(uint64_t base, uint64_t mask, int want)
{
	good_device();
	put(host.config + 0x20, base | 0xC, 8);
	put(host.mask + 0x20, mask & ~UINT64_C(0xF), 8);
	expect_find(want, "a BAR");
}

static void test_bars(void)
{
	const uint64_t mask = ~(uint64_t)(BAR_SIZE - 1);

	check_bar(BAR_BASE, mask, 0);
	check_bar(0x10000000, mask, -EIO);
	check_bar(0x80000000 - BAR_SIZE, mask, -EIO);
	check_bar(0x80000000, mask, 0);
	check_bar(UINT64_C(0x180000000), mask, -EIO);
	check_bar(UINT64_C(0x200000000), mask, 0);
	check_bar(BIT(47), mask, -EIO);
	check_bar(BIT(47) - BAR_SIZE, mask, 0);
	check_bar(BIT(63), mask, -EIO);
	check_bar(~(uint64_t)(BAR_SIZE - 1), mask, -EIO);
	check_bar(BAR_BASE, 0, -EIO);
	check_bar(BAR_BASE, ~UINT64_C(0), -EIO);
	check_bar(BAR_BASE, UINT64_C(0x5555555555555000), -EIO);
	check_bar(BAR_BASE, BIT(63), -EIO);
	check_bar(BAR_BASE, ~(BIT(31) - 1), -EIO);
	good_device();
	host.bar_lie = 0x10;
	expect_find(-EIO, "a base that is not aligned");
	good_device();
	put(host.config + 0x14, 0x10000000, 4);
	expect_find(-EIO, "the MSI-X table in RAM");
	good_device();
	put(host.config + 0x14, 1, 4);
	expect_find(-EIO, "the MSI-X table behind ports");
}

/* Without firmware BARs are 0, and we choose: below 4 GiB and not in RAM. */
static void test_placed_bars(void)
{
	uint64_t msix, bar;

	good_device();
	put(host.config + 0x14, 0, 4);
	put(host.config + 0x20, 0xC, 8);
	expect_find(0, "BARs that nobody has placed");
	msix = get(host.config + 0x14, 4);
	bar = get(host.config + 0x20, 8) & ~UINT64_C(0xF);
	expect_u64(device.common.base, bar, "used where it was put");
	expect_u64(device.msix.table.base, msix, "MSI-X too");
	expect_true(bar >= 0xC0000000 && bar + BAR_SIZE <= 0xE0000000,
		    "in the window");
	expect_true(bar % BAR_SIZE == 0 && msix % MSIX_SIZE == 0, "aligned");
	expect_true(msix + MSIX_SIZE <= bar || bar + BAR_SIZE <= msix,
		    "one beside the other");
}

static void test_msix(void)
{
	good_device();
	host.config[CAP_MSIX] = 0;
	expect_find(-EIO, "no MSI-X");
	good_device();
	put(host.config + CAP_MSIX + 2, 0x07FF, 2);
	expect_find(-EIO, "a table that is larger than its BAR");
	good_device();
	put(host.config + CAP_MSIX + 4, MSIX_SIZE | 1, 4);
	expect_find(-EIO, "a table behind its BAR");
	good_device();
	put(host.config + CAP_MSIX + 4, 0xFFFFFFF8 | 1, 4);
	expect_find(-EIO, "a table far behind it");
	good_device();
	put(host.config + CAP_MSIX + 4, 7, 4);
	expect_find(-EIO, "a table in BAR 7");
	good_device();
	memcpy(host.config + 0xF4, host.config + CAP_MSIX, 12);
	host.config[CAP_MSIX] = 0;
	host.config[0xF5] = 0;
	host.config[CAP_DEVICE + 1] = 0xF4;
	expect_find(0, "the last place for the capability");
	memmove(host.config + 0xF8, host.config + 0xF4, 8);
	host.config[CAP_DEVICE + 1] = 0xF8;
	expect_find(-EIO, "one that reaches beyond the end");
}

static void expect_negotiate(int want, const char *what)
{
	expect_find(0, what);
	expect_u64((uint64_t)virtio_negotiate(&device, BIT(5),
					      VIRTIO_F_EVENT_IDX),
		   (uint64_t)want, what);
}

static void test_negotiation(void)
{
	good_device();
	host.features |= BIT(0) | BIT(15) | BIT(34) | BIT(63);
	expect_negotiate(0, "all that is needed and more");
	expect_u64(host.accepted,
		   BIT(5) | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 |
			   VIRTIO_F_ACCESS_PLATFORM,
		   "only what was asked for");
	expect_u64(host.bar[20], 1 | 2 | 8, "status");
	expect_u64(get(host.config + CAP_MSIX + 2, 2), 0x8003, "MSI-X is on");
	good_device();
	host.features &= ~VIRTIO_F_EVENT_IDX;
	expect_negotiate(0, "without event indices");
	good_device();
	host.features &= ~VIRTIO_F_VERSION_1;
	expect_negotiate(-ENOTSUP, "without VERSION_1");
	expect_true(host.bar[20] & 128, "FAILED");
	good_device();
	host.features &= ~VIRTIO_F_ACCESS_PLATFORM;
	expect_negotiate(-ENOTSUP, "without ACCESS_PLATFORM");
	good_device();
	host.features &= ~BIT(5);
	expect_negotiate(-ENOTSUP, "without MAC");
	good_device();
	host.is_fickle = true;
	expect_negotiate(-ENOTSUP, "refuses what it offered");
	good_device();
	host.is_stuck = true;
	host.bar[20] = 1;
	expect_negotiate(-EIO, "does not reset");
}

static void nothing(void *arg)
{
	(void)arg;
}

static void expect_queue(uint16_t index, int want, const char *what)
{
	struct virtio_queue queue;

	expect_u64((uint64_t)virtio_queue_init(&device, &queue, index, nothing,
					       NULL),
		   (uint64_t)want, what);
	if (want)
		return;
	virtq_set_buffer(&queue.virtq, 0, 0x6000, true);
	virtq_submit(&queue.virtq, 0, 1);
	host.notifications = 0;
	virtio_notify(&queue);
	expect_u64(host.notifications, 1, "one notification");
	virtio_notify(&queue);
	expect_u64(host.notifications, 1, "not another one for nothing");
}

static void test_queues(void)
{
	good_device();
	expect_negotiate(0, "for queues");
	expect_queue(1, 0, "a queue");
	expect_u64(get(host.bar + 24, 2), VIRTQ_SIZE_MAX, "size");
	expect_u64(get(host.bar + 28, 2), 1, "enabled");
	expect_u64(get(host.bar + 32, 8), 0x5000, "descriptors");
	expect_u64(get(host.bar + 40, 8),
		   0x5000 + virtq_offset_avail(VIRTQ_SIZE_MAX), "available");
	expect_u64(get(host.bar + 48, 8),
		   0x5000 + virtq_offset_used(VIRTQ_SIZE_MAX), "used");
	expect_u64(get(host.bar + 26, 2), 1, "vector");
	expect_u64(get(host.msix + 16, 8), 0xFEE00000, "message address");
	expect_u64(get(host.msix + 24, 4), VECTOR, "message data");
	expect_u64(get(host.msix + 28, 4), 0, "not masked");
	expect_queue(4, -EIO, "an index without an MSI-X entry");
	put(host.bar + 24, 100, 2);
	expect_queue(0, 0, "100 entries at most");
	expect_u64(get(host.bar + 24, 2), 64, "a power of two");
	put(host.bar + 24, 0, 2);
	expect_queue(0, -EIO, "no such queue");
	put(host.bar + 24, 1, 2);
	expect_queue(0, -EIO, "one entry");
	put(host.bar + 24, 256, 2);
	put(host.bar + 30, 0x1000 / 4 - 1, 2);
	expect_queue(0, 0, "the last place for notifications");
	put(host.bar + 24, 256, 2);
	put(host.bar + 30, 0x1000 / 4, 2);
	expect_queue(0, -EIO, "one further");
	device.notify_multiplier = UINT32_MAX;
	expect_queue(0, -EIO, "a multiplier that is too much");
	device.notify_multiplier = 1;
	put(host.bar + 30, 1, 2);
	expect_queue(0, -EIO, "an odd address");
	expect_u64(host.outside, 0, "nothing outside of the device");
}

static void test_config(void)
{
	uint8_t bytes[8];

	good_device();
	expect_negotiate(0, "for its configuration");
	memcpy(host.bar + DEVICE, "\1\2\3\4\5\6\7\10", 8);
	expect_true(!virtio_config_read(&device, 2, bytes, 6), "six bytes");
	expect_bytes(bytes, "\3\4\5\6\7\10", 6, "from there");
	expect_true(virtio_config_read(&device, 0x1000 - 6, bytes, 6) == 0,
		    "the last six");
	expect_true(virtio_config_read(&device, 0x1000 - 5, bytes, 6) < 0,
		    "beyond the end");
	expect_true(virtio_config_read(&device, UINT32_MAX, bytes, 6) < 0,
		    "far beyond it");
	host.is_changing = true;
	expect_true(virtio_config_read(&device, 0, bytes, 6) < 0,
		    "never twice the same");
}

/* Configuration space of random bytes: some end, nothing else touched. */
static void test_random(void)
{
	unsigned int seed = 5;

	for (int round = 0; round < 3000; round++) {
		good_device();
		for (int i = 0; i < 1 + round % 12; i++) {
			seed = seed * 1103515245U + 12345U;
			host.config[4 + (seed >> 8) % 252] =
				(uint8_t)(seed >> 20);
		}
		if (!virtio_find(&device, VIRTIO_DEVICE_NET, &memory_map) &&
		    !virtio_negotiate(&device, 0, 0))
			(void)!virtio_config_read(&device, 0, &seed, 4);
	}
}

int main(void)
{
	test_good();
	test_who();
	test_capability_lists();
	test_blocks();
	test_bars();
	test_placed_bars();
	test_msix();
	test_negotiation();
	test_queues();
	test_config();
	test_random();
	return expect_result("virtio_pci");
}
