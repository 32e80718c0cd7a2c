/* SPDX-License-Identifier: MIT */
/*
 * Lies to the firmware: the hand-off blocks, its temporary memory, and what
 * it reads from fw_cfg, by port or by DMA.
 */
#include "emu/lies/lies.h"

#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/lies/parts.h"

#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_DMA_HIGH 0x514
#define FW_CFG_DMA_LOW 0x518
#define DMA_READ 2
#define DMA_SELECT 8

#define KEY_KERNEL_FIRST 0x07
#define KEY_KERNEL_LAST 0x18
#define KEY_DIRECTORY 0x19
#define KEY_CMDLINE 0x15
#define FILES_MAX 256

/* QEMU, fw_cfg: numbers are big endian. */
struct dma {
	uint32_t control;
	uint32_t size;
	uint64_t address;
};

struct file {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};
ASSERT_SIZE(struct file, 64);

static struct {
	uint16_t key;
	uint32_t address_high;
	struct dma dma;		/* the command under way */
	bool has_keys;
	bool is_acpi[FILES_MAX];	/* by key - 0x20 */
} fw_cfg;

static void read_bytes(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++)
		bytes[i] = cpu_inb(FW_CFG_DATA);
}

/* Which files are ACPI tables or say how they are linked. */
static void find_keys(void)
{
	uint32_t count;

	if (fw_cfg.has_keys)
		return;
	fw_cfg.has_keys = true;
	cpu_outw(FW_CFG_SELECTOR, KEY_DIRECTORY);
	read_bytes(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FILES_MAX; i++) {
		struct file file;
		uint16_t key;

		read_bytes(&file, sizeof(file));
		key = (uint16_t)(__builtin_bswap16(file.key) - 0x20);
		if (key < FILES_MAX && !memcmp(file.name, "etc/acpi/", 9))
			fw_cfg.is_acpi[key] = true;
	}
}

static bool is_wanted(uint16_t key)
{
	const uint16_t file = (uint16_t)(key - 0x20);
	const bool is_acpi = file < FILES_MAX && fw_cfg.is_acpi[file];
	const bool is_kernel = key >= KEY_KERNEL_FIRST &&
			       key <= KEY_KERNEL_LAST && key != KEY_CMDLINE;

	if (is_acpi)
		return lie_is_on(LIE_ACPI_RUBBISH);
	return !is_kernel && lie_is_on(LIE_FW_CFG_RUBBISH);
}

/* One bit of a byte in 64, on average. */
static uint8_t change_byte(uint8_t byte)
{
	const uint16_t file = (uint16_t)(fw_cfg.key - 0x20);
	const bool is_acpi = file < FILES_MAX && fw_cfg.is_acpi[file];

	if (!lies_chance(64))
		return byte;
	lie_tell(is_acpi ? LIE_ACPI_RUBBISH : LIE_FW_CFG_RUBBISH);
	return byte ^ (uint8_t)BIT(lies_random() % 8);
}

static bool is_memory(paddr_t at, uint64_t size)
{
	return size && vmm_is_ram(at) && vmm_is_ram(at + size - 1);
}

static void note_dma(paddr_t at)
{
	uint32_t control;

	fw_cfg.dma = (struct dma){ 0 };
	if (!is_memory(at, sizeof(struct dma)))
		return;
	memcpy(&fw_cfg.dma, memory_at(at), sizeof(fw_cfg.dma));
	control = __builtin_bswap32(fw_cfg.dma.control);
	if (control & DMA_SELECT)
		fw_cfg.key = (uint16_t)(control >> 16);
	if (!(control & DMA_READ))
		fw_cfg.dma.size = 0;
}

void lies_note_fw_cfg(const struct vp_registers *regs)
{
	const uint32_t value = (uint32_t)regs->r15;

	if (regs->r11 != TDVMCALL_IO ||
	    regs->r13 != TDVMCALL_DIRECTION_WRITE)
		return;
	find_keys();
	if (regs->r14 == FW_CFG_SELECTOR)
		fw_cfg.key = (uint16_t)value;
	else if (regs->r14 == FW_CFG_DMA_HIGH)
		fw_cfg.address_high = __builtin_bswap32(value);
	else if (regs->r14 == FW_CFG_DMA_LOW)
		note_dma((paddr_t)fw_cfg.address_high << 32 |
			 __builtin_bswap32(value));
}

/* QEMU has done it by the time the write returns. */
static void change_dma(void)
{
	const paddr_t at = __builtin_bswap64(fw_cfg.dma.address);
	const uint32_t size = __builtin_bswap32(fw_cfg.dma.size);
	uint8_t *bytes = memory_at(at);

	if (!is_memory(at, size))
		return;
	for (uint32_t i = 0; i < size; i++)
		bytes[i] = change_byte(bytes[i]);
}

void lies_change_fw_cfg(struct vp_registers *regs,
			const struct vp_registers *asked)
{
	if (asked->r11 != TDVMCALL_IO || regs->r10 || !is_wanted(fw_cfg.key))
		return;
	if (asked->r13 == TDVMCALL_DIRECTION_WRITE &&
	    asked->r14 == FW_CFG_DMA_LOW)
		change_dma();
	else if (asked->r13 == TDVMCALL_DIRECTION_READ &&
		 asked->r14 == FW_CFG_DATA)
		regs->r11 = change_byte((uint8_t)regs->r11);
}

void lies_change_hob(void *list, size_t size)
{
	uint8_t *bytes = list;

	for (int i = 0; i < 4; i++)
		if (lie_tell(LIE_HOB_RUBBISH))
			bytes[lies_random() % size] ^=
				(uint8_t)BIT(lies_random() % 8);
}

const void *lies_temp_mem(const void *page)
{
	static uint64_t rubbish[PAGE_SIZE / 8];

	if (!lie_tell(LIE_TEMP_MEM_RUBBISH))
		return page;
	for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++)
		rubbish[i] = lies_random();
	return rubbish;
}
