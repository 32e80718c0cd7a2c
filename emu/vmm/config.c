/* SPDX-License-Identifier: MIT */
/*
 * Configuration: QEMU's fw_cfg says how much RAM and how many CPUs there are;
 * its file opt/org.tacit/td holds td-run's words, "key=value" each.
 */
#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/log.h"
#include "emu/layout.h"
#include "emu/lies/lies.h"
#include "emu/module/debug.h"
#include "emu/vmm/vmm.h"

#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_RAM_SIZE 0x03
#define FW_CFG_NB_CPUS 0x05
#define FW_CFG_FILE_DIR 0x19
#define FW_CFG_FILES_MAX 256
#define FILE_NAME "opt/org.tacit/td"
#define TEXT_MAX 1024

/* QEMU, fw_cfg: an entry of the directory; numbers are big endian. */
struct fw_cfg_file {
	uint32_t size;
	uint16_t select;
	uint16_t reserved;
	char name[56];
};
ASSERT_SIZE(struct fw_cfg_file, 64);

struct vmm_config vmm_config = {
	.gpaw = 48,
	.shared_bit = BIT(47),
	.ept_levels = 4,
	.sept_ve_disable = true,
	.no_rbp_mod = true,
};

static void fw_cfg_read(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++)
		bytes[i] = cpu_inb(FW_CFG_DATA);
}

static void fw_cfg_select(uint16_t key)
{
	cpu_outw(FW_CFG_SELECTOR, key);
}

/* Selects the file; its size, or 0 when there is none. */
static uint32_t fw_cfg_open(const char *name)
{
	uint32_t count;

	fw_cfg_select(FW_CFG_FILE_DIR);
	fw_cfg_read(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FW_CFG_FILES_MAX; i++) {
		struct fw_cfg_file file;

		fw_cfg_read(&file, sizeof(file));
		if (memcmp(file.name, name, strlen(name) + 1))
			continue;
		fw_cfg_select(__builtin_bswap16(file.select));
		return __builtin_bswap32(file.size);
	}
	return 0;
}

static uint64_t parse_number(const char *text)
{
	uint64_t value = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	if (*text)
		emu_fail("configuration: '%s' is not a number", text);
	return value;
}

static const char *value_of(const char *word, const char *key)
{
	const size_t length = strlen(key);

	return memcmp(word, key, length) == 0 && word[length] == '=' ?
		       word + length + 1 : NULL;
}

static unsigned int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 16;
}

/* 96 hexadecimal digits, no more and no fewer. */
static void parse_digest(const char *text, uint8_t digest[VMM_DIGEST])
{
	bool is_good = strlen(text) == 2 * VMM_DIGEST;

	for (size_t i = 0; is_good && i < VMM_DIGEST; i++) {
		const unsigned int high = hex_digit(text[2 * i]);
		const unsigned int low = hex_digit(text[2 * i + 1]);

		is_good = high < 16 && low < 16;
		digest[i] = (uint8_t)(high << 4 | (low & 15));
	}
	if (!is_good)
		emu_fail("configuration: '%s' is not 48 bytes in hexadecimal",
			 text);
}

/* Names of kinds of trace line, separated by commas. */
static unsigned int parse_trace(const char *text)
{
	static const struct {
		const char *name;
		unsigned int kind;
	} kinds[] = {
		{ "tdcall", TRACE_TDCALL },
		{ "ve", TRACE_VE },
		{ "sept", TRACE_SEPT },
		{ "vmcall", TRACE_VMCALL },
	};
	unsigned int result = 0;

	while (*text) {
		size_t i = 0;
		size_t length = 0;

		while (text[length] && text[length] != ',')
			length++;
		while (i < ARRAY_SIZE(kinds) &&
		       (strlen(kinds[i].name) != length ||
			memcmp(kinds[i].name, text, length)))
			i++;
		if (i == ARRAY_SIZE(kinds))
			emu_fail("configuration: trace '%s' is not known",
				 text);
		result |= kinds[i].kind;
		text += length + (text[length] == ',');
	}
	return result;
}

static bool parse_page_size(const char *text)
{
	const bool is_large = memcmp(text, "2M", sizeof("2M")) == 0;

	if (!is_large && memcmp(text, "4K", sizeof("4K")))
		emu_fail("configuration: page_size is 4K or 2M, not '%s'",
			 text);
	return is_large;
}

/* "LEAF" or "LEAF:CALLS", numbers: which call of it shall be refused. */
static void parse_refusal(const char *text)
{
	char leaf[8] = { 0 };
	uint64_t after = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] == ':') {
			after = parse_number(text + i + 1);
			break;
		}
		if (i + 1 == sizeof(leaf))
			emu_fail("configuration: '%s' is no leaf", text);
		leaf[i] = text[i];
	}
	module_refuse_later(parse_number(leaf),
			    TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX, after);
}

static void parse_gpaw(const char *text)
{
	const uint64_t gpaw = parse_number(text);

	if (gpaw != 48 && gpaw != 52)
		emu_fail("configuration: gpaw is 48 or 52, not '%s'", text);
	vmm_config.gpaw = (unsigned int)gpaw;
	vmm_config.shared_bit = BIT(gpaw - 1);
}

static unsigned int parse_ept_levels(const char *text)
{
	const uint64_t levels = parse_number(text);

	if (levels != 4 && levels != 5)
		emu_fail("configuration: ept_levels is 4 or 5, not '%s'",
			 text);
	return (unsigned int)levels;
}

static void parse_word(const char *word)
{
	const char *value;

	if ((value = value_of(word, "tdvf_size")))
		vmm_config.tdvf_size = parse_number(value);
	else if ((value = value_of(word, "gpaw")))
		parse_gpaw(value);
	else if ((value = value_of(word, "ept_levels")))
		vmm_config.ept_levels = parse_ept_levels(value);
	else if ((value = value_of(word, "sept_ve_disable")))
		vmm_config.sept_ve_disable = parse_number(value) != 0;
	else if ((value = value_of(word, "no_rbp_mod")))
		vmm_config.no_rbp_mod = parse_number(value) != 0;
	else if ((value = value_of(word, "flexible_pending_ve")))
		vmm_config.flexible_pending_ve = parse_number(value) != 0;
	else if ((value = value_of(word, "irq_window")))
		vmm_config.has_irq_window = parse_number(value) != 0;
	else if ((value = value_of(word, "quote_service")))
		vmm_config.has_quote_service = parse_number(value) != 0;
	else if ((value = value_of(word, "mrconfigid")))
		parse_digest(value, vmm_config.mrconfigid);
	else if ((value = value_of(word, "mrowner")))
		parse_digest(value, vmm_config.mrowner);
	else if ((value = value_of(word, "mrownerconfig")))
		parse_digest(value, vmm_config.mrownerconfig);
	else if ((value = value_of(word, "page_size")))
		vmm_config.has_large_pages = parse_page_size(value);
	else if ((value = value_of(word, "selftest")))
		vmm_config.wants_selftest = parse_number(value) != 0;
	else if ((value = value_of(word, "icount")))
		vmm_config.has_icount = parse_number(value) != 0;
	else if ((value = value_of(word, "stats")))
		vmm_config.wants_stats = parse_number(value) != 0;
	else if ((value = value_of(word, "seed")))
		lies_set_seed(parse_number(value));
	else if ((value = value_of(word, "lie")))
		lies_choose(value);
	else if ((value = value_of(word, "refuse")))
		parse_refusal(value);
	else if ((value = value_of(word, "trace")))
		vmm_config.trace = parse_trace(value);
	else
		emu_fail("configuration: '%s' is not known", word);
}

static void parse(char *text)
{
	char *word = text;

	for (char *at = text;; at++) {
		const char end = *at;

		if (end && end != ' ')
			continue;
		*at = '\0';
		if (at != word)
			parse_word(word);
		if (!end)
			return;
		word = at + 1;
	}
}

void vmm_config_read(void)
{
	char text[TEXT_MAX] = { 0 };
	uint16_t cpus;
	uint32_t size;

	fw_cfg_select(FW_CFG_RAM_SIZE);
	fw_cfg_read(&vmm_config.ram_size, sizeof(vmm_config.ram_size));
	fw_cfg_select(FW_CFG_NB_CPUS);
	fw_cfg_read(&cpus, sizeof(cpus));
	vmm_config.num_vcpus = cpus;
	size = fw_cfg_open(FILE_NAME);
	if (!size || size >= sizeof(text))
		emu_fail("fw_cfg file " FILE_NAME " is missing or too long: "
			 "start QEMU with td-run");
	fw_cfg_read(text, size);
	parse(text);
	if (!vmm_config.tdvf_size || vmm_config.tdvf_size > EMU_TDVF_MAX)
		emu_fail("configuration: tdvf_size is missing or above %u",
			 EMU_TDVF_MAX);
	if (!vmm_config.num_vcpus || vmm_config.num_vcpus > VMM_MAX_VCPUS)
		emu_fail("%u CPUs: a TD has 1 to %u here",
			 vmm_config.num_vcpus, VMM_MAX_VCPUS);
}
