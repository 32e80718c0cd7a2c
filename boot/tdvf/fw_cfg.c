/* SPDX-License-Identifier: MIT */
/*
 * fw_cfg without DMA, by which the host would write into the TD's memory.
 * However long the host says that the directory is, an end is put to it.
 */
#include "boot/tdvf/fw_cfg.h"

#include <string.h>

#include "arch/x86/tdx/tdx.h"
#include "lib/compiler.h"

#define SELECTOR 0x510
#define DATA 0x511

#define KEY_SIGNATURE 0x00
#define KEY_DIRECTORY 0x19
#define SIGNATURE "QEMU"

#define FILES_MAX 64

/* QEMU, fw_cfg: an entry of the directory; numbers are big endian. */
struct fw_cfg_file {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};
ASSERT_FIELD(struct fw_cfg_file, size, 0, 4);
ASSERT_FIELD(struct fw_cfg_file, key, 4, 2);
ASSERT_FIELD(struct fw_cfg_file, name, 8, 56);
ASSERT_SIZE(struct fw_cfg_file, 64);

static void select(uint16_t key)
{
	tdx_io_write(SELECTOR, 2, key);
}

static void read_bytes(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)tdx_io_read(DATA, 1);
}

static bool is_present(void)
{
	char signature[sizeof(SIGNATURE) - 1];

	select(KEY_SIGNATURE);
	read_bytes(signature, sizeof(signature));
	return !memcmp(signature, SIGNATURE, sizeof(signature));
}

/* Leaves file as the entry of that name; false: there is none. */
static bool find(const char *name, struct fw_cfg_file *file)
{
	uint32_t count;

	select(KEY_DIRECTORY);
	read_bytes(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FILES_MAX; i++) {
		read_bytes(file, sizeof(*file));
		if (!strncmp(file->name, name, sizeof(file->name)))
			return true;
	}
	return false;
}

size_t fw_cfg_read(const char *name, void *to, size_t size)
{
	struct fw_cfg_file file;

	if (!is_present() || !find(name, &file))
		return 0;
	size = min_u64(size, __builtin_bswap32(file.size));
	select(__builtin_bswap16(file.key));
	read_bytes(to, size);
	return size;
}
