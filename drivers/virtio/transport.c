/* SPDX-License-Identifier: MIT */
/* Virtio 1.2, Virtio Over PCI Bus; see transport.h. */
#include "drivers/virtio/transport.h"

#include <errno.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/console.h"
#include "kernel/irq.h"
#include "kernel/page.h"

#define VENDOR 0x1AF4
#define DEVICE_MODERN 0x1040
/* Transitional devices: type from the subsystem id, features decide. */
#define DEVICE_TRANSITIONAL 0x1000
#define DEVICE_TRANSITIONAL_END 0x103F
#define PCI_SUBSYSTEM_ID 0x2E

/* Vendor capability; type says which block bar, offset, length describe. */
#define CAP_LENGTH 2
#define CAP_TYPE 3
#define CAP_BAR 4
#define CAP_OFFSET 8
#define CAP_SIZE 12
#define CAP_MULTIPLIER 16
#define CAP_BYTES 16
#define CAP_NOTIFY_BYTES 20
#define CAP_TYPE_COMMON 1
#define CAP_TYPE_NOTIFY 2
#define CAP_TYPE_ISR 3
#define CAP_TYPE_DEVICE 4

/* Common configuration. */
#define COMMON_DEVICE_FEATURE_SELECT 0
#define COMMON_DEVICE_FEATURE 4
#define COMMON_DRIVER_FEATURE_SELECT 8
#define COMMON_DRIVER_FEATURE 12
#define COMMON_MSIX_CONFIG 16
#define COMMON_STATUS 20
#define COMMON_GENERATION 21
#define COMMON_QUEUE_SELECT 22
#define COMMON_QUEUE_SIZE 24
#define COMMON_QUEUE_VECTOR 26
#define COMMON_QUEUE_ENABLE 28
#define COMMON_QUEUE_NOTIFY_OFF 30
#define COMMON_QUEUE_DESC 32
#define COMMON_QUEUE_DRIVER 40
#define COMMON_QUEUE_DEVICE 48
#define COMMON_BYTES 56

#define NO_VECTOR 0xFFFF

#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8
#define STATUS_NEEDS_RESET 64
#define STATUS_FAILED 128

#define RESET_TRIES 1000
#define GENERATION_TRIES 16

static uint64_t common_read(const struct virtio_device *device, uint32_t offset,
			    unsigned int size)
{
	return tdx_mmio_read(device->common.base + offset, size);
}

static void common_write(const struct virtio_device *device, uint32_t offset,
			 unsigned int size, uint64_t value)
{
	tdx_mmio_write(device->common.base + offset, size, value);
}

/* 64-bit registers are two of 32 bits: devices need not take more. */
static void common_write_pair(const struct virtio_device *device,
			      uint32_t offset, uint64_t value)
{
	common_write(device, offset, 4, (uint32_t)value);
	common_write(device, offset + 4, 4, value >> 32);
}

static bool is_wanted(const struct pci_device *pci, void *arg)
{
	const uint16_t *const type = arg;

	if (pci->vendor != VENDOR)
		return false;
	if (pci->device >= DEVICE_TRANSITIONAL &&
	    pci->device <= DEVICE_TRANSITIONAL_END)
		return pci_read(pci, PCI_SUBSYSTEM_ID, 2) == *type;
	return pci->device == DEVICE_MODERN + *type;
}

/* What a block must at least hold, and how it must be aligned. */
struct block {
	struct pci_region *region;
	uint32_t min_size;
	uint32_t alignment;
};

static int read_block(const struct virtio_device *device, uint8_t at,
		      const struct block *block)
{
	const struct pci_device *const pci = &device->pci;
	struct pci_region region;
	int err;

	err = pci_region(pci, (uint8_t)pci_read(pci, at + CAP_BAR, 1),
			 pci_read(pci, at + CAP_OFFSET, 4),
			 pci_read(pci, at + CAP_SIZE, 4), &region);
	if (err)
		return err;
	if (region.size < block->min_size ||
	    region.base & (block->alignment - 1))
		return -EIO;
	*block->region = region;
	return 0;
}

static int read_capability(struct virtio_device *device, uint8_t at)
{
	const struct block blocks[] = {
		[CAP_TYPE_COMMON] = { &device->common, COMMON_BYTES, 4 },
		[CAP_TYPE_NOTIFY] = { &device->notify, 2, 2 },
		[CAP_TYPE_ISR] = { &device->isr, 1, 1 },
		[CAP_TYPE_DEVICE] = { &device->config, 1, 4 },
	};
	const uint32_t head = pci_read(&device->pci, at, 4);
	const unsigned int length = head >> (8 * CAP_LENGTH) & 0xFF;
	const unsigned int type = head >> (8 * CAP_TYPE);
	const unsigned int needed = type == CAP_TYPE_NOTIFY ? CAP_NOTIFY_BYTES :
							      CAP_BYTES;

	if (type < CAP_TYPE_COMMON || type > CAP_TYPE_DEVICE)
		return 0;
	/* Only the first of each type counts: the device prefers it. */
	if (blocks[type].region->size)
		return 0;
	if (length < needed || at + needed > 0x100)
		return -EIO;
	if (type == CAP_TYPE_NOTIFY)
		device->notify_multiplier = pci_read(
			&device->pci, (uint8_t)(at + CAP_MULTIPLIER), 4);
	return read_block(device, at, &blocks[type]);
}

static int find_blocks(struct virtio_device *device)
{
	uint8_t offsets[PCI_CAPABILITIES_MAX];
	const unsigned int found = pci_capabilities(
		&device->pci, PCI_CAP_VENDOR, offsets, ARRAY_SIZE(offsets));

	for (unsigned int i = 0; i < found; i++) {
		const int err = read_capability(device, offsets[i]);

		if (err)
			return err;
	}
	if (!device->common.size || !device->notify.size)
		return -EIO;
	return pci_msix_init(&device->pci, &device->msix);
}

int virtio_find(struct virtio_device *device, uint16_t type,
		const struct bootinfo *info)
{
	int err;

	*device = (struct virtio_device){ 0 };
	if (!pci_find(is_wanted, &type, &device->pci))
		return -ENODEV;
	err = pci_enable(&device->pci, info);
	if (!err)
		err = find_blocks(device);
	if (!err)
		return 0;
	log_line("virtio: host: PCI device %02x.%x is not usable (%d)",
		 device->pci.slot, device->pci.function, err);
	return -EIO;
}

static void add_status(const struct virtio_device *device, uint8_t bits)
{
	common_write(device, COMMON_STATUS, 1,
		     common_read(device, COMMON_STATUS, 1) | bits);
}

static int reset(const struct virtio_device *device)
{
	common_write(device, COMMON_STATUS, 1, 0);
	/* Each look is an exit, so that a thousand are some milliseconds. */
	for (int i = 0; i < RESET_TRIES; i++) {
		if (!common_read(device, COMMON_STATUS, 1))
			return 0;
	}
	return -EIO;
}

static uint64_t offered_features(const struct virtio_device *device)
{
	uint64_t low;

	common_write(device, COMMON_DEVICE_FEATURE_SELECT, 4, 0);
	low = common_read(device, COMMON_DEVICE_FEATURE, 4);
	common_write(device, COMMON_DEVICE_FEATURE_SELECT, 4, 1);
	return low | common_read(device, COMMON_DEVICE_FEATURE, 4) << 32;
}

static void accept_features(const struct virtio_device *device)
{
	common_write(device, COMMON_DRIVER_FEATURE_SELECT, 4, 0);
	common_write(device, COMMON_DRIVER_FEATURE, 4,
		     (uint32_t)device->features);
	common_write(device, COMMON_DRIVER_FEATURE_SELECT, 4, 1);
	common_write(device, COMMON_DRIVER_FEATURE, 4, device->features >> 32);
}

static void log_missing(uint64_t missing)
{
	if (missing & VIRTIO_F_VERSION_1)
		log_line("virtio: host: refused: the device is not "
			 "VIRTIO_F_VERSION_1 (QEMU: disable-legacy=on)");
	if (missing & VIRTIO_F_ACCESS_PLATFORM)
		log_line("virtio: host: refused: the device lacks "
			 "VIRTIO_F_ACCESS_PLATFORM (QEMU: iommu_platform=on)");
	missing &= ~(VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
	if (missing)
		log_line("virtio: host: refused: features 0x%llx are missing",
			 (unsigned long long)missing);
}

int virtio_negotiate(struct virtio_device *device, uint64_t required,
		     uint64_t wanted)
{
	uint64_t offered;

	required |= VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM;
	if (reset(device)) {
		virtio_fail(device, "it does not reset");
		return -EIO;
	}
	add_status(device, STATUS_ACKNOWLEDGE);
	add_status(device, STATUS_DRIVER);
	offered = offered_features(device);
	if (required & ~offered) {
		log_missing(required & ~offered);
		add_status(device, STATUS_FAILED);
		return -ENOTSUP;
	}
	device->features = offered & (required | wanted);
	accept_features(device);
	add_status(device, STATUS_FEATURES_OK);
	if (!(common_read(device, COMMON_STATUS, 1) & STATUS_FEATURES_OK)) {
		virtio_fail(device, "it refuses features that it offered");
		return -ENOTSUP;
	}
	common_write(device, COMMON_MSIX_CONFIG, 2, NO_VECTOR);
	pci_msix_enable(&device->pci, &device->msix);
	return 0;
}

/* The rings' memory; the largest power of two that the device can do. */
static int queue_memory(const struct virtio_device *device,
			struct virtio_queue *queue)
{
	const uint64_t max = common_read(device, COMMON_QUEUE_SIZE, 2);
	const bool has_event_idx = device->features & VIRTIO_F_EVENT_IDX;
	void host_shared *memory;
	uint16_t size = VIRTQ_SIZE_MAX;

	while (size > max)
		size /= 2;
	if (size < 2)
		return -EIO;
	memory = page_alloc_shared(align_up(virtq_bytes(size), PAGE_SIZE) /
				   PAGE_SIZE);
	if (!memory)
		return -ENOMEM;
	virtq_init(&queue->virtq, memory, size, has_event_idx);
	return 0;
}

/* Each queue has MSI-X entry number index, if it has one. */
static int queue_vector(struct virtio_device *device, uint16_t index,
			void (*handler)(void *arg), void *arg)
{
	uint16_t entry = NO_VECTOR;

	if (handler) {
		const int vector = irq_alloc(handler, arg);

		if (vector < 0)
			return vector;
		if (pci_msix_bind(&device->msix, index, vector))
			return -EIO;
		entry = index;
	}
	common_write(device, COMMON_QUEUE_VECTOR, 2, entry);
	return common_read(device, COMMON_QUEUE_VECTOR, 2) == entry ? 0 : -EIO;
}

static int queue_notify(const struct virtio_device *device,
			struct virtio_queue *queue)
{
	const uint64_t offset =
		common_read(device, COMMON_QUEUE_NOTIFY_OFF, 2) *
		device->notify_multiplier;

	if (offset > device->notify.size - 2 || offset & 1)
		return -EIO;
	queue->notify = device->notify.base + offset;
	return 0;
}

int virtio_queue_init(struct virtio_device *device, struct virtio_queue *queue,
		      uint16_t index, void (*handler)(void *arg), void *arg)
{
	const struct virtq *const virtq = &queue->virtq;
	paddr_t rings;
	int err;

	queue->index = index;
	common_write(device, COMMON_QUEUE_SELECT, 2, index);
	err = queue_memory(device, queue);
	if (!err)
		err = queue_notify(device, queue);
	if (!err)
		err = queue_vector(device, index, handler, arg);
	if (err)
		return err;
	rings = page_shared_dma(virtq->desc);
	common_write(device, COMMON_QUEUE_SIZE, 2, virtq->size);
	common_write_pair(device, COMMON_QUEUE_DESC, rings);
	common_write_pair(device, COMMON_QUEUE_DRIVER,
			  rings + virtq_offset_avail(virtq->size));
	common_write_pair(device, COMMON_QUEUE_DEVICE,
			  rings + virtq_offset_used(virtq->size));
	common_write(device, COMMON_QUEUE_ENABLE, 2, 1);
	return 0;
}

void virtio_start(struct virtio_device *device)
{
	add_status(device, STATUS_DRIVER_OK);
}

void virtio_notify(struct virtio_queue *queue)
{
	if (virtq_needs_notify(&queue->virtq))
		virtio_notify_again(queue);
}

void virtio_notify_again(const struct virtio_queue *queue)
{
	tdx_mmio_write(queue->notify, 2, queue->index);
}

bool virtio_is_alive(const struct virtio_device *device)
{
	return !(common_read(device, COMMON_STATUS, 1) & STATUS_NEEDS_RESET);
}

int virtio_config_read(const struct virtio_device *device, uint32_t offset,
		       void *to, size_t size)
{
	uint8_t *const bytes = to;

	if (offset > device->config.size || size > device->config.size - offset)
		return -EIO;
	/* The device may change what is read; it then counts generations. */
	for (int tries = 0; tries < GENERATION_TRIES; tries++) {
		const uint64_t before =
			common_read(device, COMMON_GENERATION, 1);

		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)tdx_mmio_read(
				device->config.base + offset + i, 1);
		if (common_read(device, COMMON_GENERATION, 1) == before)
			return 0;
	}
	return -EIO;
}

void virtio_fail(struct virtio_device *device, const char *why)
{
	if (device->is_broken)
		return;
	device->is_broken = true;
	log_line("virtio: host: PCI device %02x.%x given up: %s",
		 device->pci.slot, device->pci.function, why);
	/* Not add_status(): this must not depend on what the device answers. */
	if (device->common.size)
		common_write(device, COMMON_STATUS, 1, STATUS_FAILED);
}
