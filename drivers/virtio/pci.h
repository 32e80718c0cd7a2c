/* SPDX-License-Identifier: MIT */
/*
 * PCI as far as virtio needs it: bus 0, type 0 headers, memory BARs and
 * MSI-X. Configuration space is the host's invention: nothing in it is
 * believed before it was bounded, and every walk through it ends.
 */
#ifndef DRIVERS_VIRTIO_PCI_H
#define DRIVERS_VIRTIO_PCI_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define PCI_BARS 6
/* 4 byte steps between the header and the end of configuration space. */
#define PCI_CAPABILITIES_MAX 48

#define PCI_CAP_VENDOR 0x09
#define PCI_CAP_MSIX 0x11

/* Memory behind one BAR; size 0: there is none. */
struct pci_bar {
	paddr_t base;
	uint64_t size;
};

struct pci_device {
	uint8_t slot;
	uint8_t function;
	uint16_t vendor;
	uint16_t device;
	struct pci_bar bars[PCI_BARS];
};

/* A piece of a BAR, checked to lie inside it; size 0: there is none. */
struct pci_region {
	paddr_t base;
	uint32_t size;
};

/*
 * Calls visit(device, arg) for each function on bus 0, without its BARs,
 * until one call returns true: that device is left in *device.
 */
bool pci_find(bool (*visit)(const struct pci_device *device, void *arg),
	      void *arg, struct pci_device *device) must_check;

/* One aligned dword or less of configuration space. */
uint32_t pci_read(const struct pci_device *device, uint8_t offset,
		  unsigned int size);
void pci_write(const struct pci_device *device, uint8_t offset,
	       unsigned int size, uint32_t value);

/*
 * Finds out where the memory BARs lie, and places them when no firmware has
 * done so; then lets the device decode memory and master the bus. info says
 * where RAM is: -EIO when a BAR overlaps it, wraps or is no size a BAR can
 * have, -ENOSPC when there is no room to place one.
 */
int pci_enable(struct pci_device *device,
	       const struct bootinfo *info) must_check;

/*
 * The offsets of the capabilities with that id, in list order; returns how
 * many there are, at most max.
 */
unsigned int pci_capabilities(const struct pci_device *device, uint8_t id,
			      uint8_t *offsets, unsigned int max);

/*
 * size bytes at offset of BAR number bar. -EIO when that is not inside of a
 * memory BAR.
 */
int pci_region(const struct pci_device *device, uint8_t bar, uint64_t offset,
	       uint64_t size, struct pci_region *region) must_check;

/* The MSI-X table of a device. */
struct pci_msix {
	uint8_t capability;
	uint16_t vectors;
	struct pci_region table;
};

/* -ENOENT: the device has no MSI-X, -EIO: its table is no table. */
int pci_msix_init(const struct pci_device *device,
		  struct pci_msix *msix) must_check;
/* Entry index raises the CPU's vector (kernel/irq.h) and is unmasked. */
int pci_msix_bind(const struct pci_msix *msix, uint16_t index,
		  int vector) must_check;
void pci_msix_mask(const struct pci_msix *msix, uint16_t index, bool is_masked);
/* Switches the device from INTx to MSI-X; bound entries may fire. */
void pci_msix_enable(const struct pci_device *device,
		     const struct pci_msix *msix);

#endif
