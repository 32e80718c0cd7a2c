/* SPDX-License-Identifier: MIT */
/* MOD, TD_PARAMS, TDMR_INFO, CMR_INFO: memory through which both sides talk. */
#ifndef EMU_MODULE_TD_PARAMS_H
#define EMU_MODULE_TD_PARAMS_H

#include "emu/module/host_abi.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define TD_PARAMS_CPUID_CONFIGS 12

struct td_params {
	uint64_t attributes;
	uint64_t xfam;
	uint16_t max_vcpus;
	uint8_t num_l2_vms;
	uint8_t msr_config_ctls;
	uint32_t reserved1;
	uint64_t eptp_controls;
	uint64_t config_flags;
	uint16_t tsc_frequency;		/* in 25 MHz */
	uint8_t reserved2[38];
	uint8_t mrconfigid[48];
	uint8_t mrowner[48];
	uint8_t mrownerconfig[48];
	uint64_t ia32_arch_capabilities_config;
	uint8_t reserved3[24];
	uint32_t cpuid_config[TD_PARAMS_CPUID_CONFIGS][4];
	uint8_t reserved4[1024 - 256 - 16 * TD_PARAMS_CPUID_CONFIGS];
};
ASSERT_FIELD(struct td_params, max_vcpus, 16, 2);
ASSERT_FIELD(struct td_params, eptp_controls, 24, 8);
ASSERT_FIELD(struct td_params, config_flags, 32, 8);
ASSERT_FIELD(struct td_params, tsc_frequency, 40, 2);
ASSERT_FIELD(struct td_params, mrconfigid, 80, 48);
ASSERT_FIELD(struct td_params, mrowner, 128, 48);
ASSERT_FIELD(struct td_params, mrownerconfig, 176, 48);
ASSERT_FIELD(struct td_params, cpuid_config, 256, 192);
ASSERT_SIZE(struct td_params, 1024);

/* MOD, EPTP_CONTROLS: write-back, four or five levels. */
#define TD_PARAMS_EPTP_4_LEVELS 0x1e
#define TD_PARAMS_EPTP_5_LEVELS 0x26

/* TD_PARAMS.TSC_FREQUENCY: bounds, in 25 MHz. */
#define TD_PARAMS_TSC_MIN 4
#define TD_PARAMS_TSC_MAX 400

/* MOD, TDMR_INFO: one region of memory turned over to the module. */
struct tdmr_info {
	uint64_t base;
	uint64_t size;
	uint64_t pamt_1g_base, pamt_1g_size;
	uint64_t pamt_2m_base, pamt_2m_size;
	uint64_t pamt_4k_base, pamt_4k_size;
	struct {
		uint64_t offset, size;
	} reserved[TDX_MAX_RESERVED];	/* ascending; size 0 ends the list */
};
ASSERT_SIZE(struct tdmr_info, 320);

/* MOD, CMR_INFO: memory that may become private. */
struct cmr_info {
	uint64_t base;
	uint64_t size;
};
ASSERT_SIZE(struct cmr_info, 16);

#endif
