/* SPDX-License-Identifier: MIT */
/*
 * The virtio drivers' walk through PCI: a good device (tests/unit) of which
 * the input changes bytes. Each triple is: what (configuration space, its
 * writable bits, registers), where, value. No walk may go on for ever, and
 * what is taken for the device's must not be memory.
 *
 * Links: drivers/virtio/pci.c drivers/virtio/transport.c drivers/virtio/virtq.c
 */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/virtio_host.h"

static struct virtio_device device;

static void change(uint8_t what, uint8_t where, uint8_t value)
{
	switch (what % 4) {
	case 0:
	case 1:
		host.config[where] = value;
		break;
	case 2:
		host.mask[where] = value;
		break;
	default:
		host.bar[where] = value;
		break;
	}
}

static void check_region(const struct pci_region *region)
{
	if (!region->size)
		return;
	expect_true(region->base + region->size <= tdx_shared_bit(),
		    "below the shared bit");
	for (unsigned int i = 0; i < memory_map.num_ranges; i++)
		expect_true(region->base >= memory_map.ranges[i].end ||
				    region->base + region->size <=
					    memory_map.ranges[i].start,
			    "a block of registers in memory");
}

/* With few pages for the host, so that a run is short. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct virtio_queue queue;

	good_device();
	for (size_t i = 0; i + 2 < size; i += 3)
		change(data[i], data[i + 1], data[i + 2]);
	if (virtio_find(&device, VIRTIO_DEVICE_NET, &memory_map))
		return fuzz_verdict();
	check_region(&device.common);
	check_region(&device.notify);
	check_region(&device.isr);
	check_region(&device.config);
	check_region(&device.msix.table);
	if (!virtio_negotiate(&device, 0, BIT(5)) &&
	    !virtio_queue_init(&device, &queue, 0, NULL, NULL))
		virtio_start(&device);
	return fuzz_verdict();
}
