/* SPDX-License-Identifier: MIT */
/*
 * Virtio 1.x over PCI: finding a device's register blocks, negotiating
 * features and setting up queues. Registers are reached by TDVMCALL, never
 * through a mapping, so that no access depends on #VE.
 */
#ifndef DRIVERS_VIRTIO_TRANSPORT_H
#define DRIVERS_VIRTIO_TRANSPORT_H

#include "drivers/virtio/pci.h"
#include "drivers/virtio/virtq.h"

/* Virtio 1.2, Reserved Feature Bits. */
#define VIRTIO_F_EVENT_IDX BIT(29)
#define VIRTIO_F_VERSION_1 BIT(32)
#define VIRTIO_F_ACCESS_PLATFORM BIT(33)

#define VIRTIO_DEVICE_NET 1

struct virtio_device {
	struct pci_device pci;
	struct pci_msix msix;
	struct pci_region common;
	struct pci_region notify;
	struct pci_region isr;
	struct pci_region config;
	uint32_t notify_multiplier;
	uint64_t features; /* what was agreed upon */
	bool is_broken;
};

/* One queue of a device: the rings and the register that wakes it. */
struct virtio_queue {
	struct virtq virtq;
	paddr_t notify;
	uint16_t index;
};

/*
 * Finds the first device of that type and its register blocks. -ENODEV:
 * there is none; -EIO: what it says of itself cannot be (logged).
 */
int virtio_find(struct virtio_device *device, uint16_t type,
		const struct bootinfo *info) must_check;

/*
 * Resets the device and agrees on required and what it has of wanted.
 * VERSION_1 and ACCESS_PLATFORM are always required: a device without the
 * latter would not know that our memory is private. -ENOTSUP: it lacks some,
 * -EIO: it does not answer (both logged).
 */
int virtio_negotiate(struct virtio_device *device, uint64_t required,
		     uint64_t wanted) must_check;

/*
 * Sets up queue index with at most VIRTQ_SIZE_MAX entries. handler(arg) runs
 * in interrupt context on completions after virtq_arm(); NULL: no interrupt
 * at all. -ENOMEM, -ENOSPC: no vector, -EIO.
 */
int virtio_queue_init(struct virtio_device *device, struct virtio_queue *queue,
		      uint16_t index, void (*handler)(void *arg),
		      void *arg) must_check;

/* The device may work from now on. */
void virtio_start(struct virtio_device *device);

/* Tells the device of submitted buffers if it wants to be told: one call. */
void virtio_notify(struct virtio_queue *queue);
/* The same whatever it wants: the host may have lost what it was told. */
void virtio_notify_again(const struct virtio_queue *queue);

/* False: the device says that it does not work any more. One call. */
bool virtio_is_alive(const struct virtio_device *device) must_check;

/* size bytes of the device's own configuration. -EIO: there are not so many. */
int virtio_config_read(const struct virtio_device *device, uint32_t offset,
		       void *to, size_t size) must_check;

/* Gives the device up: it lied. Logged once. */
void virtio_fail(struct virtio_device *device, const char *why);

#endif
