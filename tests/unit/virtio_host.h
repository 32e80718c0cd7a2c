/* SPDX-License-Identifier: MIT */
/*
 * A simulated host for the virtio drivers: one network device on PCI bus 0
 * behind ports and registers, of which a test changes what it likes, and what
 * else of the kernel the drivers stand on. Included by one file per test.
 */
#ifndef TESTS_UNIT_VIRTIO_HOST_H
#define TESTS_UNIT_VIRTIO_HOST_H

#include "tests/unit/expect.h"

#include <errno.h>
#include <stdarg.h>

#include "arch/x86/tdx/tdx.h"
#include "drivers/virtio/transport.h"
#include "kernel/console.h"
#include "kernel/irq.h"
#include "kernel/page.h"

#define SLOT 3
#define BAR_BASE UINT64_C(0x380000000000)
#define BAR_SIZE 0x4000U
#define MSIX_BASE UINT64_C(0xC1000000)
#define MSIX_SIZE 0x1000U
#define COMMON 0x000
#define NOTIFY 0x3000
#define DEVICE 0x2000
#define VECTOR 0x41
#define EXITS_MAX 20000

/* Where the good device keeps its capabilities. */
#define CAP_MSIX 0x40
#define CAP_COMMON 0x50
#define CAP_NOTIFY 0x60
#define CAP_ISR 0x80
#define CAP_DEVICE 0x90

static struct {
	uint8_t config[256];
	uint8_t mask[256]; /* bits that can be written */
	uint8_t bar[BAR_SIZE];
	uint8_t msix[MSIX_SIZE];
	uint32_t address;  /* port 0xCF8 */
	uint64_t features; /* offered */
	uint64_t accepted;
	uint16_t queue_max;
	bool is_stuck;	  /* does not reset */
	bool is_fickle;	  /* refuses what it offered */
	bool is_changing; /* another generation at each look */
	bool is_multifunction_ghost;
	uint8_t bar_lie; /* set in the BAR's second byte when read */
	unsigned int exits;
	unsigned int notifications;
	unsigned int outside; /* accesses to no register of the device */
} host;

#define PAGES 128
/* Where the device finds the pages. */
#define PAGES_DMA 0x5000U
static _Alignas(4096) unsigned char pages[PAGES * 4096];
static size_t pages_given;
static void (*irq_handler)(void *arg);
static void *irq_arg;
static unsigned int lines_logged;
static const struct bootinfo memory_map = {
	.num_ranges = 2,
	.ranges = { { 0x1000, 0x80000000, BOOTINFO_USABLE },
		    { UINT64_C(0x100000000), UINT64_C(0x200000000),
		      BOOTINFO_UNACCEPTED } },
};

/* --- What the driver stands on ---------- */

static void count_exit(void)
{
	if (++host.exits <= EXITS_MAX)
		return;
	printf("FAILED: the driver does not come to an end\n");
	exit(EXIT_FAILURE);
}

static void put(uint8_t *at, uint64_t value, unsigned int size)
{
	memcpy(at, &value, size);
}

static uint64_t get(const uint8_t *at, unsigned int size)
{
	uint64_t value = 0;

	memcpy(&value, at, size);
	return value;
}

/* The device's byte of configuration space that is addressed, or NULL. */
static uint8_t *config_at(uint16_t port)
{
	const unsigned int slot = host.address >> 11 & 31;
	const unsigned int function = host.address >> 8 & 7;

	if (slot != SLOT || (function && !host.is_multifunction_ghost) ||
	    host.address >> 16 != 0x8000)
		return NULL;
	return host.config + (host.address & 0xFC) + (port & 3);
}

uint32_t tdx_io_read(uint16_t port, unsigned int size)
{
	const uint8_t *const at = config_at(port);

	count_exit();
	expect_true((port & 3) + size <= 4, "inside of one register");
	/* Not while the size is being asked for. */
	if (at == host.config + 0x20 && host.config[0x27] != 0xFF)
		return (uint32_t)get(at, size) | (uint32_t)host.bar_lie << 8;
	return at ? (uint32_t)get(at, size) :
		    (uint32_t)(UINT64_C(0xFFFFFFFF) >> (32 - 8 * size));
}

void tdx_io_write(uint16_t port, unsigned int size, uint32_t value)
{
	uint8_t *at;

	count_exit();
	if (port == 0xCF8) {
		host.address = value;
		return;
	}
	at = config_at(port);
	for (unsigned int i = 0; at && i < size; i++) {
		const uint8_t mask = host.mask[at - host.config + i];

		at[i] = (uint8_t)((at[i] & ~mask) |
				  ((value >> (8 * i)) & mask));
	}
}

static uint8_t *register_at(paddr_t gpa, unsigned int size)
{
	count_exit();
	if (gpa >= BAR_BASE && gpa - BAR_BASE + size <= BAR_SIZE)
		return host.bar + (gpa - BAR_BASE);
	if (gpa >= MSIX_BASE && gpa - MSIX_BASE + size <= MSIX_SIZE)
		return host.msix + (gpa - MSIX_BASE);
	host.outside++;
	return NULL;
}

uint64_t tdx_mmio_read(paddr_t gpa, unsigned int size)
{
	const uint8_t *const at = register_at(gpa, size);

	if (at == host.bar + 4)
		return (uint32_t)(host.features >> 32 * host.bar[0]);
	if (at == host.bar + 21 && host.is_changing)
		return host.bar[21]++;
	return at ? get(at, size) : UINT64_MAX;
}

void tdx_mmio_write(paddr_t gpa, unsigned int size, uint64_t value)
{
	uint8_t *const at = register_at(gpa, size);

	if (!at || (at == host.bar + 20 && host.is_stuck))
		return;
	if (at == host.bar + 12)
		host.accepted |= value << 32 * host.bar[8];
	if (at == host.bar + 20 && host.is_fickle)
		value &= ~UINT64_C(8);
	if (at >= host.bar + NOTIFY)
		host.notifications++;
	put(at, value, size);
}

paddr_t tdx_shared_bit(void)
{
	return BIT(47);
}

void log_line(const char *format, ...)
{
	char line[256];
	va_list arguments;

	lines_logged++;
	va_start(arguments, format);
	expect_true(vsnprintf(line, sizeof(line), format, arguments) < 100,
		    "a readable line");
	va_end(arguments);
}

int irq_alloc(void (*handler)(void *arg), void *arg)
{
	irq_handler = handler;
	irq_arg = arg;
	return VECTOR;
}

void irq_msi_message(int vector, uint64_t *address, uint32_t *data)
{
	*address = 0xFEE00000;
	*data = (uint32_t)vector;
}

void host_shared *page_alloc_shared(size_t count)
{
	unsigned char *const at = pages + 4096 * pages_given;

	if (count > PAGES - pages_given)
		return NULL;
	pages_given += count;
	return at;
}

paddr_t page_shared_dma(const void host_shared *page)
{
	return (paddr_t)((const unsigned char *)page - pages) + PAGES_DMA;
}

/* --- A good device ---------- */

static void add_capability(uint8_t at, uint8_t type, uint32_t offset,
			   uint32_t size)
{
	uint8_t *const cap = host.config + at;

	cap[0] = PCI_CAP_VENDOR;
	cap[2] = 16;
	cap[3] = type;
	cap[4] = 4;
	put(cap + 8, offset, 4);
	put(cap + 12, size, 4);
}

static inline void good_device(void)
{
	uint8_t *const config = host.config;

	memset(&host, 0, sizeof(host));
	memset(pages, 0, sizeof(pages));
	pages_given = 0;
	lines_logged = 0;
	host.features = BIT(5) | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 |
			VIRTIO_F_ACCESS_PLATFORM;
	put(config + 0, 0x10411AF4, 4);
	put(config + 6, 0x10, 2);
	put(config + 0x14, MSIX_BASE, 4);
	put(config + 0x20, BAR_BASE | 0xC, 8);
	config[0x34] = CAP_MSIX;
	put(host.mask + 4, 0x407, 2);
	put(host.mask + 0x14, ~(uint64_t)(MSIX_SIZE - 1), 4);
	put(host.mask + 0x20, ~(uint64_t)(BAR_SIZE - 1), 8);
	put(host.mask + CAP_MSIX + 2, 0xC000, 2);
	put(config + CAP_MSIX, PCI_CAP_MSIX | CAP_COMMON << 8 | 3 << 16, 4);
	put(config + CAP_MSIX + 4, 1, 4);
	add_capability(CAP_COMMON, 1, COMMON, 0x1000);
	config[CAP_COMMON + 1] = CAP_NOTIFY;
	add_capability(CAP_NOTIFY, 2, NOTIFY, 0x1000);
	config[CAP_NOTIFY + 1] = CAP_ISR;
	config[CAP_NOTIFY + 2] = 20;
	put(config + CAP_NOTIFY + 16, 4, 4);
	add_capability(CAP_ISR, 3, 0x1000, 0x1000);
	config[CAP_ISR + 1] = CAP_DEVICE;
	add_capability(CAP_DEVICE, 4, DEVICE, 0x1000);
	put(host.bar + 24, 256, 2);
	put(host.bar + 30, 1, 2);
}

#endif
