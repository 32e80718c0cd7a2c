/* SPDX-License-Identifier: MIT */
/*
 * What the host's devices say of memory is what the TD has, and nothing shows
 * the memory that the emulator keeps for itself. (The TD HOB: tests/unit/hob.c,
 * and RTMR0 in tests/e2e/tdvf.sh.)
 * options: --memory 200M
 */
#include <string.h>

#include "arch/x86/tdx/tdcall.h"
#include "tests/conformance/lib/rule.h"

#define RAM (200 * MIB)

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_RAM_SIZE 0x03
#define FW_CFG_DIRECTORY 0x19
#define FILES_MAX 64

#define E820_RAM 1
#define E820_MAX 16

/* QEMU, fw_cfg: numbers of the directory are big endian. */
struct file {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};

struct e820 {
	uint32_t start[2];
	uint32_t size[2];
	uint32_t type;
};
_Static_assert(sizeof(struct e820) == 20, "an entry of etc/e820");

static uint64_t cmos(uint16_t at)
{
	expect("R10", tdvmcall_io_write(CMOS_INDEX, 1, at), 0);
	return tdvmcall_io_read(CMOS_DATA, 1).value;
}

static void fw_cfg_select(uint16_t key)
{
	expect("R10", tdvmcall_io_write(FW_CFG_SELECTOR, 2, key), 0);
}

static void fw_cfg_read(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)tdvmcall_io_read(FW_CFG_DATA, 1).value;
}

/* Selects a file; its size, 0: there is none. */
static size_t fw_cfg_open(const char *name)
{
	struct file file;
	uint32_t count;

	fw_cfg_select(FW_CFG_DIRECTORY);
	fw_cfg_read(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FILES_MAX; i++) {
		fw_cfg_read(&file, sizeof(file));
		if (strncmp(file.name, name, sizeof(file.name)))
			continue;
		fw_cfg_select(__builtin_bswap16(file.key));
		return __builtin_bswap32(file.size);
	}
	return 0;
}

/* In units of 64 KiB, from 16 MiB and from 4 GiB on. */
static void by_cmos(void)
{
	expect("to 4 GiB", cmos(0x34) | cmos(0x35) << 8,
	       (RAM - 16 * MIB) / 0x10000);
	expect("above", cmos(0x5B) | cmos(0x5C) << 8 | cmos(0x5D) << 16, 0);
}

static void by_fw_cfg(void)
{
	uint64_t size = 0;

	fw_cfg_select(FW_CFG_RAM_SIZE);
	fw_cfg_read(&size, sizeof(size));
	expect("RAM_SIZE", size, RAM);
}

static void by_e820(void)
{
	struct e820 entries[E820_MAX];
	const size_t size = fw_cfg_open("etc/e820");
	const size_t count = size / sizeof(entries[0]);
	uint64_t sum = 0;

	if (!size || size > sizeof(entries)) {
		expect("size of etc/e820", size, sizeof(entries[0]));
		return;
	}
	fw_cfg_read(entries, size);
	for (size_t i = 0; i < count; i++) {
		const struct e820 *const at = &entries[i];

		if (at->type != E820_RAM)
			continue;
		expect("RAM above 4 GiB", at->start[1] | at->size[1], 0);
		sum += at->size[0];
	}
	expect("RAM", sum, RAM);
}

static const struct rule rules[] = {
	{ "ram.cmos", by_cmos },
	{ "ram.fw_cfg", by_fw_cfg },
	{ "ram.e820", by_e820 },
};

int main(void)
{
	RULES_CHECK(rules);
	return rules_verdict();
}
