/* SPDX-License-Identifier: MIT */
/*
 * A device's registers at the far end of the guest physical address space and
 * at each power of two on the way. The device is memory of QEMU's, so that it
 * keeps what is written, behind a BAR that goes wherever it is told.
 * options: -- -object memory-backend-ram,id=far,size=1M,share=on -device ivshmem-plain,memdev=far
 * gpaw: 48 52
 */
#include "arch/x86/tdx/tdx.h"
#include "drivers/virtio/pci.h"
#include "tests/guest/check.h"

#define VENDOR 0x1AF4
#define DEVICE 0x1110
#define COMMAND 0x04
#define COMMAND_MEMORY 2
#define BAR2 0x18
#define BAR2_HIGH 0x1C
#define SIZE UINT64_C(0x100000)
#define FIRST_BIT 40
#define PATTERN UINT64_C(0xF1E2D3C4B5A69788)

static bool is_memory(const struct pci_device *device, void *arg)
{
	(void)arg;
	return device->vendor == VENDOR && device->device == DEVICE;
}

static void place(const struct pci_device *device, paddr_t at)
{
	const uint32_t command = pci_read(device, COMMAND, 2);

	pci_write(device, COMMAND, 2, command & ~(uint32_t)COMMAND_MEMORY);
	pci_write(device, BAR2, 4, (uint32_t)at);
	pci_write(device, BAR2_HIGH, 4, (uint32_t)(at >> 32));
	pci_write(device, COMMAND, 2, command | COMMAND_MEMORY);
}

static void check_at(const struct pci_device *device, paddr_t at)
{
	const uint64_t pattern = PATTERN ^ at;

	place(device, at);
	tdx_mmio_write(at, 8, pattern);
	tdx_mmio_write(at + SIZE - 8, 8, ~pattern);
	CHECK_EQUAL(tdx_mmio_read(at, 8), pattern);
	CHECK_EQUAL(tdx_mmio_read(at + 3, 1), pattern >> 24 & 0xFF);
	CHECK_EQUAL(tdx_mmio_read(at + SIZE - 8, 8), ~pattern);
	/* What follows is another address, not the same a second time. */
	CHECK(tdx_mmio_read(at + SIZE, 8) != pattern);
}

int main(void)
{
	const paddr_t end = tdx_shared_bit();
	struct pci_device device;

	if (!CHECK(pci_find(is_memory, NULL, &device)))
		return check_verdict();
	for (paddr_t at = BIT(FIRST_BIT); at < end; at *= 2) {
		check_at(&device, at);
		check_at(&device, at + SIZE);
		/* The memory went along: nothing answers where it was. */
		CHECK(tdx_mmio_read(at, 8) != (PATTERN ^ (at + SIZE)));
	}
	check_at(&device, end - 2 * SIZE);
	return check_verdict();
}
