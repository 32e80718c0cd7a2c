/* SPDX-License-Identifier: MIT */
/*
 * The host's part of a TD's CPUID. The caches are those of a Xeon of the
 * fourth generation, the first that knows TDX; one package, a core for each
 * vCPU. TCG has no caches, and Linux takes the number of cores from leaf 4.
 */
#include "emu/vmm/cpuid_config.h"

#include <string.h>

/* Numbers of the values, in the module's order. */
enum {
	LEAF_1,
	LEAF_4_0,
	LEAF_4_1,
	LEAF_4_2,
	LEAF_4_3,
	LEAF_7_0,
	LEAF_7_1,
	LEAF_A,
	LEAF_1C,
	LEAF_80000008,
	LEAF_7_2,
	LEAF_23_0,
};

enum reg { EAX, EBX, ECX, EDX };

/* 1 ECX: AVX, F16C, TSC-deadline. 1 EDX: SS, HTT. */
#define FEATURES_1_ECX 0x31000000
#define FEATURES_1_EDX_SS 0x08000000
#define FEATURES_1_EDX_HTT 0x10000000
/* All that the module allows but resource control. */
#define FEATURES_7_0_EBX 0xdc2b0b18
/* All but TME and LA57. */
#define FEATURES_7_0_ECX 0x02405f65
/* All but PCONFIG. */
#define FEATURES_7_0_EDX 0x0001411c
#define FEATURES_7_1_EAX 0x00001c30
#define FEATURES_7_2_EDX 0x00000028
#define FEATURES_80000008_EBX 0x00000200

enum cache_type {
	CACHE_DATA = 1,
	CACHE_INSTRUCTION = 2,
	CACHE_UNIFIED = 3,
};

struct cache {
	enum cache_type type;
	uint32_t level;
	uint32_t ways;
	uint32_t sets;
	bool is_shared; /* by the whole package */
};

#define SELF_INITIALIZING (1U << 8)

/* 48 KiB, 32 KiB, 2 MiB and 30 MiB. */
static const struct cache caches[4] = {
	{ CACHE_DATA, 1, 12, 64, false },
	{ CACHE_INSTRUCTION, 1, 8, 64, false },
	{ CACHE_UNIFIED, 2, 16, 2048, false },
	{ CACHE_UNIFIED, 3, 15, 32768, true },
};

/* SDM, CPUID leaf 4: numbers of ids are powers of two, less one. */
static uint32_t last_id(unsigned int num_vcpus)
{
	uint32_t ids = 1;

	while (ids < num_vcpus)
		ids *= 2;
	return ids - 1;
}

static void cache_describe(const struct cache *cache, unsigned int num_vcpus,
			   uint32_t out[4])
{
	const uint32_t last = last_id(num_vcpus);

	out[EAX] = cache->type | cache->level << 5 | SELF_INITIALIZING |
		   (cache->is_shared ? last : 0) << 14 | last << 26;
	out[EBX] = (cache->ways - 1) << 22; /* the module adds lines of 64 */
	out[ECX] = cache->sets - 1;
	out[EDX] = 0;
}

void cpuid_config_build(unsigned int num_vcpus,
			uint32_t config[TD_PARAMS_CPUID_CONFIGS][4])
{
	memset(config, 0, TD_PARAMS_CPUID_CONFIGS * sizeof(config[0]));
	config[LEAF_1][ECX] = FEATURES_1_ECX;
	config[LEAF_1][EDX] = FEATURES_1_EDX_SS;
	if (num_vcpus > 1) {
		config[LEAF_1][EBX] = num_vcpus << 16;
		config[LEAF_1][EDX] |= FEATURES_1_EDX_HTT;
	}
	for (unsigned int i = 0; i < 4; i++)
		cache_describe(&caches[i], num_vcpus, config[LEAF_4_0 + i]);
	config[LEAF_7_0][EBX] = FEATURES_7_0_EBX;
	config[LEAF_7_0][ECX] = FEATURES_7_0_ECX;
	config[LEAF_7_0][EDX] = FEATURES_7_0_EDX;
	config[LEAF_7_1][EAX] = FEATURES_7_1_EAX;
	config[LEAF_7_2][EDX] = FEATURES_7_2_EDX;
	config[LEAF_80000008][EBX] = FEATURES_80000008_EBX;
}
