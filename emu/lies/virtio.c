/* SPDX-License-Identifier: MIT */
/*
 * Lies about the registers of the first virtio device, and what its guest
 * tells it about its queues: a host sees all of it.
 */
#include "emu/lies/lies.h"

#include "emu/lies/parts.h"

#define CAP_VENDOR 0x09
#define CAP_TYPE_COMMON 1
#define CAP_TYPE_NOTIFY 2
#define CAP_TYPE_DEVICE 4
#define PCI_BAR_FIRST 0x10
#define BAR_64 0x4

/* Virtio 1.2, Common configuration structure layout. */
#define COMMON_FEATURE_SELECT 0x00
#define COMMON_FEATURE 0x04
#define COMMON_STATUS 0x14
#define COMMON_GENERATION 0x15
#define COMMON_QUEUE_SELECT 0x16
#define COMMON_QUEUE_SIZE 0x18
#define COMMON_QUEUE_ENABLE 0x1c
#define COMMON_QUEUE_NOTIFY_OFF 0x1e
#define COMMON_QUEUE_DESC 0x20
#define COMMON_QUEUE_DRIVER 0x28
#define COMMON_QUEUE_DEVICE 0x30
#define COMMON_BYTES 0x38
/* Of QEMU's devices: a page, of which each queue has 4 bytes. */
#define NOTIFY_BYTES 0x1000
#define STATUS_NEEDS_RESET 0x40
/* Bits of the features' upper half. */
#define FEATURE_VERSION_1 1
#define FEATURE_ACCESS_PLATFORM 2

static struct {
	uint32_t feature_select;
	uint16_t queue_select;
	struct lies_queue queues[LIES_QUEUES];
} virtio;

struct lies_queue *lies_queue(unsigned int index)
{
	return &virtio.queues[index];
}

/* Where a block of registers is now; 0: nowhere. */
static paddr_t block(unsigned int type)
{
	const int slot = lies_virtio_slot();
	const unsigned int device = (unsigned int)slot;
	unsigned int at = 0;

	if (slot < 0)
		return 0;
	while ((at = lies_capability(device, CAP_VENDOR, at))) {
		const unsigned int bar = PCI_BAR_FIRST +
			4 * (lies_pci_read(device, at + 4) & 7);
		paddr_t base;

		if (lies_pci_read(device, at) >> 24 != type)
			continue;
		base = lies_pci_read(device, bar);
		if (base & BAR_64)
			base |= (paddr_t)lies_pci_read(device, bar + 4) << 32;
		return (base & ~UINT64_C(0xf)) +
		       lies_pci_read(device, at + 8);
	}
	return 0;
}

static void set_half(paddr_t *to, bool is_high, uint64_t value)
{
	const unsigned int shift = is_high ? 32 : 0;

	*to = (*to & ~((uint64_t)UINT32_MAX << shift)) |
	      (value & UINT32_MAX) << shift;
}

static void note_queue(struct lies_queue *queue, unsigned int offset,
		       uint64_t value)
{
	const bool is_high = offset & 4;

	switch (offset & ~4U) {
	case COMMON_QUEUE_DESC:
		set_half(&queue->desc, is_high, value);
		break;
	case COMMON_QUEUE_DRIVER:
		set_half(&queue->avail, is_high, value);
		break;
	case COMMON_QUEUE_DEVICE:
		set_half(&queue->used, is_high, value);
		break;
	default:
		break;
	}
}

static void note_write(unsigned int offset, uint64_t value)
{
	struct lies_queue *queue = &virtio.queues[virtio.queue_select %
						  LIES_QUEUES];

	switch (offset) {
	case COMMON_FEATURE_SELECT:
		virtio.feature_select = (uint32_t)value;
		break;
	case COMMON_QUEUE_SELECT:
		virtio.queue_select = (uint16_t)value;
		break;
	case COMMON_QUEUE_SIZE:
		queue->size = (uint16_t)value;
		break;
	case COMMON_QUEUE_ENABLE:
		queue->is_enabled = true;
		break;
	case COMMON_STATUS:
		for (int i = 0; !(uint8_t)value && i < LIES_QUEUES; i++)
			virtio.queues[i] = (struct lies_queue){ 0 };
		break;
	default:
		note_queue(queue, offset, value);
	}
}

static uint64_t change_feature(uint64_t value)
{
	if (virtio.feature_select != 1)
		return value;
	if (lie_tell(LIE_VIRTIO_LEGACY))
		value &= ~UINT64_C(FEATURE_VERSION_1);
	if (lie_tell(LIE_VIRTIO_NO_PLATFORM))
		value &= ~UINT64_C(FEATURE_ACCESS_PLATFORM);
	return value;
}

static uint64_t change_common(unsigned int offset, uint64_t value)
{
	switch (offset) {
	case COMMON_FEATURE:
		return change_feature(value);
	case COMMON_STATUS:
		return lie_tell(LIE_VIRTIO_NO_RESET) ?
			       value | STATUS_NEEDS_RESET : value;
	case COMMON_GENERATION:
		return lie_tell(LIE_VIRTIO_CONFIG_CHANGES) ?
			       (uint8_t)(value + lies_random() % 255 + 1) :
			       value;
	case COMMON_QUEUE_SIZE:
		if (lie_tell(LIE_VIRTIO_QUEUE_ZERO))
			return 0;
		return lie_tell(LIE_VIRTIO_QUEUE_HUGE) ? UINT16_MAX : value;
	case COMMON_QUEUE_NOTIFY_OFF:
		return lie_tell(LIE_VIRTIO_NOTIFY_OUTSIDE) ? UINT16_MAX : value;
	default:
		return value;
	}
}

/* Each queue has a register of its own; the guest has read which. */
bool lies_take_notification(const struct vp_registers *regs)
{
	const paddr_t gpa = regs->r14 & ~vmm_config.shared_bit;

	return lie_is_on(LIE_MISSING_NOTIFICATIONS) &&
	       regs->r13 == TDVMCALL_DIRECTION_WRITE && regs->r12 == 2 &&
	       gpa - block(CAP_TYPE_NOTIFY) < NOTIFY_BYTES &&
	       lies_chance(2) && lie_tell(LIE_MISSING_NOTIFICATIONS);
}

void lies_change_virtio(struct vp_registers *regs,
			const struct vp_registers *asked)
{
	const bool is_write = asked->r13 == TDVMCALL_DIRECTION_WRITE;
	const paddr_t gpa = asked->r14 & ~vmm_config.shared_bit;
	paddr_t common;
	paddr_t config;

	if (asked->r11 != TDVMCALL_REQUEST_MMIO || regs->r10)
		return;
	common = block(CAP_TYPE_COMMON);
	config = block(CAP_TYPE_DEVICE);
	if (is_write && gpa - common < COMMON_BYTES)
		note_write((unsigned int)(gpa - common), asked->r15);
	if (is_write)
		return;
	if (gpa - common < COMMON_BYTES)
		regs->r11 = change_common((unsigned int)(gpa - common),
					  regs->r11);
	if (gpa == config && lie_tell(LIE_VIRTIO_BAD_MAC))
		regs->r11 |= 1;
	if (lies_chance(8) && lie_tell(LIE_VIRTIO_RUBBISH))
		regs->r11 = lies_random() >> (64 - 8 * asked->r12);
}
