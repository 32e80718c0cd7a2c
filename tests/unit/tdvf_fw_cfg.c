/* SPDX-License-Identifier: MIT */
/*
 * Test of the reader of fw_cfg, with devices that are not there, wrong or
 * endless.
 * Links: boot/tdvf/fw_cfg.c
 */
#include "boot/tdvf/fw_cfg.h"

#include "arch/x86/tdx/tdx.h"
#include "tests/unit/expect.h"

#define NAME "opt/org.tacit/cmdline"
/* More than any sane file has: reading on and on would be seen. */
#define READS_MAX 10000

static struct {
	uint32_t count;		/* of files, as the directory says */
	uint32_t size;		/* of the one that is looked for */
	const char *name;	/* what it is called */
	unsigned int number;	/* its place in the directory */
	const char *signature;
	/* State. */
	uint16_t key;
	uint64_t at;
	unsigned int reads;
} device;

static uint8_t big_endian(uint64_t value, unsigned int bytes, uint64_t at)
{
	return (uint8_t)(value >> 8 * (bytes - 1 - at));
}

static uint8_t directory_byte(uint64_t at)
{
	const uint64_t in_entry = (at - 4) % 64;
	const bool is_wanted = at >= 4 && (at - 4) / 64 == device.number;
	char name[56] = "etc/something";

	if (at < 4)
		return big_endian(device.count, 4, at);
	/* Padded with zeros; a name that is too long has none. */
	for (size_t i = 0; is_wanted && i < sizeof(name); i++)
		name[i] = i <= strlen(device.name) ? device.name[i] : '\0';
	if (in_entry < 4)
		return big_endian(is_wanted ? device.size : 5, 4, in_entry);
	if (in_entry < 6)
		return big_endian(is_wanted ? 0x23 : 0x22, 2, in_entry - 4);
	return in_entry < 8 ? 0 : (uint8_t)name[in_entry - 8];
}

void tdx_io_write(uint16_t port, unsigned int size, uint32_t value)
{
	expect_true(port == 0x510 && size == 2, "only the selector is written");
	device.key = (uint16_t)value;
	device.at = 0;
}

uint32_t tdx_io_read(uint16_t port, unsigned int size)
{
	const uint64_t at = device.at++;

	expect_true(port == 0x511 && size == 1, "only data is read");
	device.reads++;
	switch (device.key) {
	case 0:
		return at < 4 ? (uint8_t)device.signature[at] : 0;
	case 0x19:
		return directory_byte(at);
	case 0x23:
		return (uint32_t)('a' + at % 26);
	default:
		return 0xFF;
	}
}

static void begin(uint32_t count, const char *name, unsigned int number,
		  uint32_t size)
{
	memset(&device, 0, sizeof(device));
	device.signature = "QEMU";
	device.count = count;
	device.name = name;
	device.number = number;
	device.size = size;
}

static void expect_read(size_t want, const char *what)
{
	char *text = malloc(100);	/* to the byte, for the sanitizer */

	expect_u64(fw_cfg_read(NAME, text, 100), want, what);
	expect_true(device.reads < READS_MAX, "reading ends");
	for (size_t i = 0; i < want; i++)
		expect_true(text[i] == (char)('a' + i % 26), what);
	free(text);
}

int main(void)
{
	char long_name[80];

	begin(10, NAME, 7, 26);
	/* As somebody else has left it: in the middle of a file. */
	device.key = 0x23;
	device.at = 9;
	expect_read(26, "a file");
	begin(10, NAME, 0, 0);
	expect_read(0, "an empty file");
	begin(10, NAME, 9, UINT32_MAX);
	expect_read(100, "a file of 4 GiB");
	begin(10, NAME, 10, 26);
	expect_read(0, "a file behind the directory's end");
	begin(0, NAME, 0, 26);
	expect_read(0, "an empty directory");
	begin(UINT32_MAX, NAME, 1000000, 26);
	expect_read(0, "an endless directory");
	begin(10, NAME "2", 3, 26);
	expect_read(0, "a longer name");
	begin(10, "opt/org.tacit/cmdlin", 3, 26);
	expect_read(0, "a shorter name");
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	begin(10, long_name, 3, 26);
	expect_read(0, "a name without an end");
	begin(10, NAME, 3, 26);
	device.signature = "\xFF\xFF\xFF\xFF";
	expect_read(0, "no device");
	return expect_result("tdvf_fw_cfg");
}
