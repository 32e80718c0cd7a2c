/* SPDX-License-Identifier: MIT */
/*
 * Configuration space by the ports 0xCF8 and 0xCFC, one TDVMCALL each.
 *
 * Only ever used by one thread, at boot: address and data port are a pair.
 */
#include "drivers/virtio/pci.h"

#include <errno.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/irq.h"

#define CONFIG_ADDRESS 0xCF8
#define CONFIG_DATA 0xCFC
#define CONFIG_ENABLE 0x80000000U

#define PCI_SLOTS 32
#define PCI_FUNCTIONS 8

#define PCI_VENDOR 0x00
#define PCI_COMMAND 0x04
#define PCI_COMMAND_MEMORY 0x0002
#define PCI_COMMAND_MASTER 0x0004
#define PCI_COMMAND_NO_INTX 0x0400
#define PCI_STATUS 0x06
#define PCI_STATUS_CAPABILITIES 0x0010
#define PCI_HEADER_TYPE 0x0E
#define PCI_HEADER_MULTIFUNCTION 0x80
#define PCI_BAR 0x10
#define PCI_BAR_IO 0x1
#define PCI_BAR_TYPE 0x6
#define PCI_BAR_TYPE_64 0x4
#define PCI_BAR_FLAGS 0xFU
#define PCI_CAPABILITIES 0x34
#define PCI_CAPABILITY_FIRST 0x40

#define BAR_SIZE_MIN 16
#define BAR_SIZE_MAX GIB

/*
 * Where BARs are placed if no firmware ran: on q35 RAM below 4 GiB ends at
 * 0xB0000000 at most, and PCI reaches up to the I/O APIC.
 */
#define WINDOW_START UINT64_C(0xC0000000)
#define WINDOW_END UINT64_C(0xE0000000)

#define MSIX_CONTROL 2
#define MSIX_CONTROL_SIZE 0x07FF
#define MSIX_CONTROL_MASK_ALL 0x4000
#define MSIX_CONTROL_ENABLE 0x8000
#define MSIX_TABLE 4
#define MSIX_TABLE_BAR 0x7U
#define MSIX_ENTRY_SIZE 16U
#define MSIX_ENTRY_ADDRESS 0
#define MSIX_ENTRY_ADDRESS_HIGH 4
#define MSIX_ENTRY_DATA 8
#define MSIX_ENTRY_CONTROL 12
#define MSIX_ENTRY_MASKED 1U

static void select(const struct pci_device *device, uint8_t offset)
{
	tdx_io_write(CONFIG_ADDRESS, 4,
		     CONFIG_ENABLE | (uint32_t)device->slot << 11 |
			     (uint32_t)device->function << 8 |
			     (offset & 0xFCU));
}

uint32_t pci_read(const struct pci_device *device, uint8_t offset,
		  unsigned int size)
{
	select(device, offset);
	return tdx_io_read((uint16_t)(CONFIG_DATA + (offset & 3)), size);
}

void pci_write(const struct pci_device *device, uint8_t offset,
	       unsigned int size, uint32_t value)
{
	select(device, offset);
	tdx_io_write((uint16_t)(CONFIG_DATA + (offset & 3)), size, value);
}

static bool probe(struct pci_device *device)
{
	const uint32_t id = pci_read(device, PCI_VENDOR, 4);

	device->vendor = (uint16_t)id;
	device->device = (uint16_t)(id >> 16);
	return device->vendor != 0xFFFF && device->vendor != 0;
}

bool pci_find(bool (*visit)(const struct pci_device *device, void *arg),
	      void *arg, struct pci_device *device)
{
	for (uint8_t slot = 0; slot < PCI_SLOTS; slot++) {
		uint8_t functions = 1;

		for (uint8_t function = 0; function < functions; function++) {
			*device = (struct pci_device){ .slot = slot,
						       .function = function };
			if (!probe(device))
				continue;
			if (function == 0 &&
			    pci_read(device, PCI_HEADER_TYPE, 1) &
				    PCI_HEADER_MULTIFUNCTION)
				functions = PCI_FUNCTIONS;
			if (visit(device, arg))
				return true;
		}
	}
	return false;
}

unsigned int pci_capabilities(const struct pci_device *device, uint8_t id,
			      uint8_t *offsets, unsigned int max)
{
	unsigned int found = 0;
	uint8_t at;

	if (!(pci_read(device, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES))
		return 0;
	at = (uint8_t)pci_read(device, PCI_CAPABILITIES, 1);
	/* A list that loops is as long as the longest that does not. */
	for (int i = 0; i < PCI_CAPABILITIES_MAX && found < max; i++) {
		uint32_t head;

		at &= 0xFC;
		if (at < PCI_CAPABILITY_FIRST)
			break;
		head = pci_read(device, at, 4);
		if ((uint8_t)head == id)
			offsets[found++] = at;
		at = (uint8_t)(head >> 8);
	}
	return found;
}

static uint64_t bar_read(const struct pci_device *device, uint8_t offset,
			 bool is_64)
{
	uint64_t value = pci_read(device, offset, 4);

	if (is_64)
		value |= (uint64_t)pci_read(device, (uint8_t)(offset + 4), 4)
			 << 32;
	return value;
}

static void bar_write(const struct pci_device *device, uint8_t offset,
		      bool is_64, uint64_t value)
{
	pci_write(device, offset, 4, (uint32_t)value);
	if (is_64)
		pci_write(device, (uint8_t)(offset + 4), 4,
			  (uint32_t)(value >> 32));
}

/* Size of a BAR from what it keeps of all ones; 0: not a size. */
static uint64_t bar_size(uint64_t kept, bool is_64)
{
	uint64_t size = ~(kept & ~(uint64_t)PCI_BAR_FLAGS) + 1;

	if (!is_64)
		size &= UINT32_MAX;
	if (size & (size - 1) || size < BAR_SIZE_MIN || size > BAR_SIZE_MAX)
		return 0;
	return size;
}

static bool is_ram(const struct bootinfo *info, paddr_t start, paddr_t end)
{
	for (unsigned int i = 0; i < info->num_ranges; i++) {
		if (start < info->ranges[i].end && info->ranges[i].start < end)
			return true;
	}
	return false;
}

/*
 * Registers that lie in RAM or carry the shared bit would have the kernel
 * and the host mean different things by one address.
 */
static int bar_check(const struct pci_bar *bar, const struct bootinfo *info)
{
	const paddr_t end = bar->base + bar->size;

	if (bar->base & (bar->size - 1) || end < bar->base ||
	    end > tdx_shared_bit() || is_ram(info, bar->base, end))
		return -EIO;
	return 0;
}

/* Places bar at or above *next; the window is above all RAM below 4 GiB. */
static int bar_place(struct pci_bar *bar, paddr_t *next)
{
	const paddr_t base = align_up(*next, bar->size);

	if (base + bar->size > WINDOW_END)
		return -ENOSPC;
	bar->base = base;
	*next = base + bar->size;
	return 0;
}

static int bar_init(struct pci_device *device, uint8_t index, bool *is_64,
		    const struct bootinfo *info)
{
	static paddr_t next = WINDOW_START;
	const uint8_t offset = (uint8_t)(PCI_BAR + 4 * index);
	struct pci_bar *const bar = &device->bars[index];
	const uint32_t low = pci_read(device, offset, 4);
	int err = 0;

	*is_64 = false;
	if (low & PCI_BAR_IO)
		return 0;
	*is_64 = (low & PCI_BAR_TYPE) == PCI_BAR_TYPE_64 &&
		 index + 1 < PCI_BARS;
	bar->base = bar_read(device, offset, *is_64) & ~(uint64_t)PCI_BAR_FLAGS;
	bar_write(device, offset, *is_64, UINT64_MAX);
	bar->size = bar_size(bar_read(device, offset, *is_64), *is_64);
	if (bar->size && !bar->base)
		err = bar_place(bar, &next);
	bar_write(device, offset, *is_64, bar->base);
	if (err || !bar->size)
		return err;
	return bar_check(bar, info);
}

int pci_enable(struct pci_device *device, const struct bootinfo *info)
{
	uint16_t command = (uint16_t)pci_read(device, PCI_COMMAND, 2);

	/* While a BAR's size is asked for it decodes somewhere else. */
	command &= (uint16_t) ~(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	pci_write(device, PCI_COMMAND, 2, command);
	for (uint8_t i = 0; i < PCI_BARS; i++) {
		bool is_64;
		const int err = bar_init(device, i, &is_64, info);

		if (err)
			return err;
		if (is_64)
			i++;
	}
	pci_write(device, PCI_COMMAND, 2,
		  command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
			  PCI_COMMAND_NO_INTX);
	return 0;
}

int pci_region(const struct pci_device *device, uint8_t bar, uint64_t offset,
	       uint64_t size, struct pci_region *region)
{
	if (bar >= PCI_BARS || !size || size > UINT32_MAX)
		return -EIO;
	/* Not offset + size: the sum of what the host gave may wrap. */
	if (offset > device->bars[bar].size ||
	    size > device->bars[bar].size - offset)
		return -EIO;
	region->base = device->bars[bar].base + offset;
	region->size = (uint32_t)size;
	return 0;
}

int pci_msix_init(const struct pci_device *device, struct pci_msix *msix)
{
	uint32_t table;
	uint8_t at;

	if (!pci_capabilities(device, PCI_CAP_MSIX, &at, 1) || at > 0x100 - 12)
		return -ENOENT;
	msix->capability = at;
	msix->vectors =
		(uint16_t)((pci_read(device, (uint8_t)(at + MSIX_CONTROL), 2) &
			    MSIX_CONTROL_SIZE) +
			   1);
	table = pci_read(device, (uint8_t)(at + MSIX_TABLE), 4);
	return pci_region(device, table & MSIX_TABLE_BAR,
			  table & ~MSIX_TABLE_BAR,
			  msix->vectors * MSIX_ENTRY_SIZE, &msix->table);
}

static paddr_t msix_entry(const struct pci_msix *msix, uint16_t index)
{
	return msix->table.base + index * MSIX_ENTRY_SIZE;
}

void pci_msix_mask(const struct pci_msix *msix, uint16_t index, bool is_masked)
{
	if (index < msix->vectors)
		tdx_mmio_write(msix_entry(msix, index) + MSIX_ENTRY_CONTROL, 4,
			       is_masked ? MSIX_ENTRY_MASKED : 0);
}

int pci_msix_bind(const struct pci_msix *msix, uint16_t index, int vector)
{
	const paddr_t entry = msix_entry(msix, index);
	uint64_t address;
	uint32_t data;

	if (index >= msix->vectors)
		return -EINVAL;
	irq_msi_message(vector, &address, &data);
	pci_msix_mask(msix, index, true);
	tdx_mmio_write(entry + MSIX_ENTRY_ADDRESS, 4, (uint32_t)address);
	tdx_mmio_write(entry + MSIX_ENTRY_ADDRESS_HIGH, 4, address >> 32);
	tdx_mmio_write(entry + MSIX_ENTRY_DATA, 4, data);
	pci_msix_mask(msix, index, false);
	return 0;
}

void pci_msix_enable(const struct pci_device *device,
		     const struct pci_msix *msix)
{
	const uint8_t offset = (uint8_t)(msix->capability + MSIX_CONTROL);
	uint32_t control = pci_read(device, offset, 2);

	control &= ~(uint32_t)MSIX_CONTROL_MASK_ALL;
	pci_write(device, offset, 2, control | MSIX_CONTROL_ENABLE);
}
