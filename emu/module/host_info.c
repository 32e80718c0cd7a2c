/* SPDX-License-Identifier: MIT */
/*
 * What the module says of itself: TDH.SYS.INFO's structure of old and the
 * fields of TDH.SYS.RD and RDALL, which a host reads first of all.
 */
#include <string.h>

#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/module/cpuid.h"
#include "emu/module/host.h"
#include "emu/module/mdlist.h"
#include "emu/module/metadata.h"
#include "emu/module/td_params.h"

#define VENDOR_INTEL 0x8086
#define BUILD_DATE 20240101
#define BUILD_NUMBER 1
#define UPDATE_VERSION 1	/* 1.5.01 */
#define VALUES_PER_CPUID 2

/* MOD, Metadata Field Identifier: class and code say which one it is. */
#define ID_SIGNIFICANT UINT64_C(0x3f00000000ffffff)
#define ID_CONTEXT (UINT64_C(7) << 52)
#define ID_MUST_BE_ZERO UINT64_C(0x4083fffcff000000)

enum field {
	F_VALUE,		/* the entry has it */
	F_CMR_BASE,
	F_CMR_SIZE,
	F_CPUID_LEAVES,
	F_CPUID_VALUES,
};

struct entry {
	uint64_t id;		/* of the first element */
	uint32_t elements;
	enum field field;
	uint64_t value;
};

/* Ascending by class and code, the order in which the next one is found. */
static const struct entry entries[] = {
	{ 0x0800000200000000, 1, F_VALUE, VENDOR_INTEL },
	{ 0x8800000200000001, 1, F_VALUE, BUILD_DATE },
	{ 0x8800000100000002, 1, F_VALUE, BUILD_NUMBER },
	{ 0x0800000100000003, 1, F_VALUE, METADATA_MINOR_VERSION },
	{ 0x0800000100000004, 1, F_VALUE, METADATA_MAJOR_VERSION },
	{ 0x0800000100000005, 1, F_VALUE, UPDATE_VERSION },
	{ 0x0800000100000006, 1, F_VALUE, 0 },		/* INTERNAL_VERSION */
	{ SYS_FIELD_MODULE_HV, 1, F_VALUE, MODULE_HANDOFF_VERSION },
	{ SYS_FIELD_MIN_UPDATE_HV, 1, F_VALUE, MODULE_HANDOFF_VERSION },
	{ 0x8900000000000002, 1, F_VALUE, 0 },		/* NO_DOWNGRADE */
	{ 0x8900000100000003, 1, F_VALUE, 1 },	/* NUM_HANDOFF_PAGES */
	{ 0x0a00000200000000, 1, F_VALUE, 0 },		/* SYS_ATTRIBUTES */
	{ 0x0a00000000000001, 1, F_VALUE, 1 },
	{ SYS_FIELD_TDX_FEATURES0, 1, F_VALUE, METADATA_TDX_FEATURES0 },
	{ SYS_FIELD_NUM_CMRS, 1, F_VALUE, 1 },
	{ SYS_FIELD_CMR_BASE, TDX_SYSINFO_CMRS, F_CMR_BASE, 0 },
	{ SYS_FIELD_CMR_SIZE, TDX_SYSINFO_CMRS, F_CMR_SIZE, 0 },
	{ SYS_FIELD_MAX_TDMRS, 1, F_VALUE, TDX_MAX_TDMRS },
	{ SYS_FIELD_MAX_RESERVED, 1, F_VALUE, TDX_MAX_RESERVED },
	{ SYS_FIELD_PAMT_4K_ENTRY_SIZE, 1, F_VALUE, TDX_PAMT_ENTRY_SIZE },
	{ SYS_FIELD_PAMT_2M_ENTRY_SIZE, 1, F_VALUE, TDX_PAMT_ENTRY_SIZE },
	{ SYS_FIELD_PAMT_1G_ENTRY_SIZE, 1, F_VALUE, TDX_PAMT_ENTRY_SIZE },
	{ SYS_FIELD_TDR_SIZE, 1, F_VALUE, PAGE_SIZE },
	{ SYS_FIELD_TDCS_SIZE, 1, F_VALUE, MODULE_TDCX_PAGES * PAGE_SIZE },
	{ SYS_FIELD_TDVPS_SIZE, 1, F_VALUE,
	  (1 + MODULE_TDVPX_PAGES) * PAGE_SIZE },
	{ SYS_FIELD_ATTRIBUTES_FIXED0, 1, F_VALUE, MODULE_ATTRIBUTES },
	{ SYS_FIELD_ATTRIBUTES_FIXED1, 1, F_VALUE, 0 },
	{ SYS_FIELD_XFAM_FIXED0, 1, F_VALUE, MODULE_XFAM },
	{ SYS_FIELD_XFAM_FIXED1, 1, F_VALUE, MODULE_XFAM_FIXED1 },
	{ SYS_FIELD_NUM_CPUID_CONFIG, 1, F_VALUE, TD_CPUID_CONFIGS },
	{ SYS_FIELD_MAX_VCPUS_PER_TD, 1, F_VALUE, MODULE_MAX_VCPUS },
	{ SYS_FIELD_CPUID_CONFIG_LEAVES, TD_CPUID_CONFIGS, F_CPUID_LEAVES, 0 },
	{ SYS_FIELD_CPUID_CONFIG_VALUES, VALUES_PER_CPUID * TD_CPUID_CONFIGS,
	  F_CPUID_VALUES, 0 },
};

/* MOD, TDSYSINFO_STRUCT. */
struct cpuid_config {
	uint32_t leaf, subleaf;
	struct cpuid_regs mask;
};

struct tdsysinfo {
	uint32_t attributes;
	uint32_t vendor_id;
	uint32_t build_date;
	uint16_t build_number;
	uint16_t minor_version;
	uint16_t major_version;
	uint8_t reserved1[14];
	uint16_t max_tdmrs;
	uint16_t max_reserved_per_tdmr;
	uint16_t pamt_entry_size;
	uint8_t reserved2[10];
	uint16_t tdcs_base_size;
	uint8_t reserved3[2];
	uint16_t tdvps_base_size;
	uint8_t reserved4[10];
	uint64_t attributes_fixed0;
	uint64_t attributes_fixed1;
	uint64_t xfam_fixed0;
	uint64_t xfam_fixed1;
	uint8_t reserved5[32];
	uint32_t num_cpuid_config;
	struct cpuid_config cpuid_configs[TD_CPUID_CONFIGS];
	uint8_t reserved6[1024 - 132 - 24 * TD_CPUID_CONFIGS];
};
ASSERT_FIELD(struct tdsysinfo, max_tdmrs, 32, 2);
ASSERT_FIELD(struct tdsysinfo, tdcs_base_size, 48, 2);
ASSERT_FIELD(struct tdsysinfo, attributes_fixed0, 64, 8);
ASSERT_FIELD(struct tdsysinfo, num_cpuid_config, 128, 4);
ASSERT_FIELD(struct tdsysinfo, cpuid_configs, 132, 24 * TD_CPUID_CONFIGS);
ASSERT_SIZE(struct tdsysinfo, TDX_SYSINFO_SIZE);

/* One range of memory; the other entries of the list have size 0. */
static struct cmr_info cmr_of(uint32_t index)
{
	const struct seam_platform *platform = seam_platform();

	return index ? (struct cmr_info){ 0, 0 } :
		       (struct cmr_info){ platform->memory,
					  platform->memory_size };
}

static uint64_t pair(uint32_t low, uint32_t high)
{
	return low | (uint64_t)high << 32;
}

static uint64_t entry_get(const struct entry *entry, uint32_t element)
{
	struct cpuid_regs mask;
	uint32_t leaf;
	uint32_t subleaf;

	switch (entry->field) {
	case F_CMR_BASE:
		return cmr_of(element).base;
	case F_CMR_SIZE:
		return cmr_of(element).size;
	case F_CPUID_LEAVES:
		td_cpuid_config_leaf(element, &leaf, &subleaf);
		return pair(leaf, subleaf);
	case F_CPUID_VALUES:
		mask = td_cpuid_config_mask(element / VALUES_PER_CPUID);
		return element % VALUES_PER_CPUID ? pair(mask.ecx, mask.edx) :
						    pair(mask.eax, mask.ebx);
	default:
		return entry->value;
	}
}

static const struct entry *find_entry(uint64_t id, uint32_t *element)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		const uint64_t offset = (id & ID_SIGNIFICANT) -
					(entries[i].id & ID_SIGNIFICANT);

		if (offset >= entries[i].elements)
			continue;
		*element = (uint32_t)offset;
		return &entries[i];
	}
	return NULL;
}

static uint64_t next_id(const struct entry *entry, uint32_t element)
{
	if (element + 1 < entry->elements)
		return entry->id + element + 1;
	return entry + 1 < entries + ARRAY_SIZE(entries) ? entry[1].id :
							   METADATA_NULL_ID;
}

uint64_t host_sys_rd(struct trap_frame *host)
{
	const uint64_t id = host->rdx;
	const struct entry *entry;
	uint32_t element = 0;

	host->rdx = METADATA_NULL_ID;
	host->r8 = 0;
	if (!host_sys_is_cpu_ready())
		return TDX_SYS_LP_INIT_NOT_DONE;
	if ((id | ID_CONTEXT) == METADATA_NULL_ID) {
		host->rdx = entries[0].id;
		return TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT;
	}
	entry = id & ID_MUST_BE_ZERO ? NULL : find_entry(id, &element);
	if (!entry)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	host->rdx = next_id(entry, element);
	host->r8 = entry_get(entry, element);
	return TDX_SUCCESS;
}

static bool is_buffer(paddr_t at, uint64_t align)
{
	return !(at % align) && !(at >> SEAM_HKID_SHIFT);
}

/* Elements of each field of the entry. */
static uint32_t field_size(const struct entry *entry)
{
	return entry->field == F_CPUID_VALUES ? VALUES_PER_CPUID : 1;
}

static bool list_field(struct mdlist *list, const struct entry *entry,
		       uint32_t element)
{
	uint64_t values[VALUES_PER_CPUID];

	for (uint32_t i = 0; i < field_size(entry); i++)
		values[i] = entry_get(entry, element + i);
	return mdlist_add(list, entry->id + element, values,
			  field_size(entry));
}

/* From a field on; the first one that did not fit, METADATA_NULL_ID: none. */
static uint64_t list_fields(struct mdlist *list, const struct entry *entry,
			    uint32_t element)
{
	for (; entry < entries + ARRAY_SIZE(entries); entry++, element = 0)
		for (; element < entry->elements; element += field_size(entry))
			if (!list_field(list, entry, element))
				return entry->id + element;
	return METADATA_NULL_ID;
}

uint64_t host_sys_rdall(struct trap_frame *host)
{
	const paddr_t at = host->rdx;
	const uint64_t id = host->r8;
	const struct entry *entry = entries;
	struct mdlist list;
	uint32_t element = 0;

	host->r8 = METADATA_NULL_ID;
	if (!host_sys_is_cpu_ready())
		return TDX_SYS_LP_INIT_NOT_DONE;
	if (!is_buffer(at, PAGE_SIZE))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	if ((id | ID_CONTEXT) != METADATA_NULL_ID)
		entry = id & ID_MUST_BE_ZERO ? NULL : find_entry(id, &element);
	if (!entry)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	mdlist_begin(&list, memory_at(at));
	/* A list has whole fields. */
	host->r8 = list_fields(&list, entry,
			       element - element % field_size(entry));
	return host->r8 == METADATA_NULL_ID ? TDX_SUCCESS :
					      TDX_METADATA_LIST_OVERFLOW;
}

static void fill_info(struct tdsysinfo *info)
{
	*info = (struct tdsysinfo){
		.vendor_id = VENDOR_INTEL,
		.build_date = BUILD_DATE,
		.build_number = BUILD_NUMBER,
		.minor_version = METADATA_MINOR_VERSION,
		.major_version = METADATA_MAJOR_VERSION,
		.max_tdmrs = TDX_MAX_TDMRS,
		.max_reserved_per_tdmr = TDX_MAX_RESERVED,
		.pamt_entry_size = TDX_PAMT_ENTRY_SIZE,
		.tdcs_base_size = MODULE_TDCX_PAGES * PAGE_SIZE,
		.tdvps_base_size = (1 + MODULE_TDVPX_PAGES) * PAGE_SIZE,
		.attributes_fixed0 = MODULE_ATTRIBUTES,
		.xfam_fixed0 = MODULE_XFAM,
		.xfam_fixed1 = MODULE_XFAM_FIXED1,
		.num_cpuid_config = TD_CPUID_CONFIGS,
	};
	for (unsigned int i = 0; i < TD_CPUID_CONFIGS; i++) {
		struct cpuid_config *config = &info->cpuid_configs[i];

		td_cpuid_config_leaf(i, &config->leaf, &config->subleaf);
		config->mask = td_cpuid_config_mask(i);
	}
}

uint64_t host_sys_info(struct trap_frame *host)
{
	struct cmr_info *cmrs = memory_at(host->r8);

	if (!host_sys_is_cpu_ready())
		return TDX_SYS_LP_INIT_NOT_DONE;
	if (!is_buffer(host->rcx, TDX_SYSINFO_SIZE))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (host->rdx < TDX_SYSINFO_SIZE)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	if (!is_buffer(host->r8, TDX_SYSINFO_CMRS_ALIGN))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R8;
	if (host->r9 < TDX_SYSINFO_CMRS)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R9;
	fill_info(memory_at(host->rcx));
	for (unsigned int i = 0; i < TDX_SYSINFO_CMRS; i++)
		cmrs[i] = cmr_of(i);
	host->rdx = TDX_SYSINFO_SIZE;
	host->r9 = TDX_SYSINFO_CMRS;
	return TDX_SUCCESS;
}
