/* SPDX-License-Identifier: MIT */
/*
 * Lies about the configuration space of the first virtio device, by the
 * ports 0xCF8 and 0xCFC.
 */
#include "emu/lies/lies.h"

#include "emu/boot/cpu.h"
#include "emu/lies/parts.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE UINT32_C(0x80000000)
#define VENDOR_VIRTIO 0x1af4
#define SLOTS 32

#define PCI_BAR_FIRST 0x10
#define PCI_BAR_LAST 0x24
#define PCI_CAPABILITIES 0x34
#define CAP_VENDOR 0x09
#define CAP_MSIX 0x11
#define CAPABILITIES_MAX 48
#define MSIX_TABLE 4
#define VIRTIO_CAP_OFFSET 8
#define VIRTIO_CAP_SIZE 12
#define BAR_IO 1
#define BAR_TYPE 7
#define BAR_64 4
#define BAR_FLAGS UINT32_C(0xf)
#define SOME_RAM UINT32_C(0x1000000)

static struct {
	uint32_t address;	/* the guest's */
	/* Whether all ones were the last that was written to a BAR. */
	bool is_sizing[8];
} pci;

uint32_t lies_pci_read(unsigned int slot, unsigned int offset)
{
	const uint32_t kept = cpu_inl(CONFIG_ADDRESS);
	uint32_t value;

	cpu_outl(CONFIG_ADDRESS, CONFIG_ENABLE | slot << 11 | offset);
	value = cpu_inl(CONFIG_DATA);
	cpu_outl(CONFIG_ADDRESS, kept);
	return value;
}

int lies_virtio_slot(void)
{
	for (int slot = 0; slot < SLOTS; slot++)
		if ((uint16_t)lies_pci_read((unsigned int)slot, 0) ==
		    VENDOR_VIRTIO)
			return slot;
	return -1;
}

unsigned int lies_capability(unsigned int slot, unsigned int id,
			     unsigned int after)
{
	unsigned int at = after ? lies_pci_read(slot, after) >> 8 :
				  lies_pci_read(slot, PCI_CAPABILITIES);

	for (int i = 0; i < CAPABILITIES_MAX && (at & 0xfc); i++) {
		const uint32_t head = lies_pci_read(slot, at & 0xfc);

		if ((uint8_t)head == id)
			return at & 0xfc;
		at = head >> 8;
	}
	return 0;
}

static bool is_in(unsigned int offset, unsigned int capability,
		  unsigned int first, unsigned int last)
{
	return capability && offset >= capability + first &&
	       offset <= capability + last;
}

static bool is_upper_half(unsigned int slot, unsigned int bar)
{
	return bar && (lies_pci_read(slot, PCI_BAR_FIRST + 4 * (bar - 1)) &
		       BAR_TYPE) == BAR_64;
}

/* The dword at offset, as the lies have it. */
static uint32_t change(unsigned int slot, unsigned int offset, uint32_t value)
{
	const bool is_bar = offset >= PCI_BAR_FIRST && offset <= PCI_BAR_LAST;
	const unsigned int bar = (offset - PCI_BAR_FIRST) / 4 & 7;
	const unsigned int msix = lies_capability(slot, CAP_MSIX, 0);

	if (is_bar && !(value & BAR_IO) && !pci.is_sizing[bar] &&
	    lie_tell(LIE_PCI_BAR_IN_RAM))
		value = is_upper_half(slot, bar) ?
				0 : SOME_RAM | (value & BAR_FLAGS);
	if (is_bar && pci.is_sizing[bar] && lie_tell(LIE_PCI_BAR_SIZE))
		value = (uint32_t)lies_random();
	if (is_in(offset, msix, MSIX_TABLE, MSIX_TABLE) &&
	    lie_tell(LIE_PCI_MSIX_OUTSIDE))
		value |= ~UINT32_C(0xfff);
	for (unsigned int at = lies_capability(slot, CAP_VENDOR, 0); at;
	     at = lies_capability(slot, CAP_VENDOR, at)) {
		if (is_in(offset, at, VIRTIO_CAP_OFFSET, VIRTIO_CAP_SIZE) &&
		    lie_tell(LIE_PCI_REGION_OUTSIDE))
			value |= UINT32_C(0xfffff000);
		if (offset == at && lie_tell(LIE_PCI_CAPABILITY_LOOP))
			value = (value & ~UINT32_C(0xff00)) | at << 8;
	}
	if (lies_chance(8) && lie_tell(LIE_PCI_RUBBISH))
		value = (uint32_t)lies_random();
	return value;
}

static void note_write(const struct vp_registers *asked)
{
	const unsigned int offset = pci.address & 0xfc;

	if (asked->r14 == CONFIG_ADDRESS && asked->r12 == 4)
		pci.address = (uint32_t)asked->r15;
	else if (asked->r14 == CONFIG_DATA && offset >= PCI_BAR_FIRST &&
		 offset <= PCI_BAR_LAST)
		pci.is_sizing[(offset - PCI_BAR_FIRST) / 4] =
			(uint32_t)asked->r15 == UINT32_MAX;
}

void lies_change_pci(struct vp_registers *regs,
		     const struct vp_registers *asked)
{
	const unsigned int shift = 8 * (asked->r14 & 3);
	const unsigned int slot = pci.address >> 11 & 31;
	uint32_t value;

	if (asked->r11 != TDVMCALL_IO)
		return;
	if (asked->r13 == TDVMCALL_DIRECTION_WRITE) {
		note_write(asked);
		return;
	}
	/* Bus 0, function 0, and a read that was answered. */
	if (asked->r14 < CONFIG_DATA || asked->r14 > CONFIG_DATA + 3 ||
	    pci.address & 0x7fff00 & ~UINT32_C(0xf800) || regs->r10 ||
	    (uint16_t)lies_pci_read(slot, 0) != VENDOR_VIRTIO)
		return;
	value = lies_pci_read(slot, pci.address & 0xfc);
	value = change(slot, pci.address & 0xfc, value);
	regs->r11 = (value >> shift) & (UINT32_MAX >> (32 - 8 * asked->r12));
}
