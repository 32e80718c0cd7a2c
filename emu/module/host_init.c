/* SPDX-License-Identifier: MIT */
/* TDH.MNG.INIT: TD_PARAMS, field by field in the module's order. */
#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/module/ept.h"
#include "emu/module/host.h"
#include "emu/module/hostfields.h"
#include "emu/module/td_params.h"
#include "emu/svm/svm.h"

#define XFAM_AVX BIT(2)
#define XFAM_AVX512 UINT64_C(0xe0)
#define XFAM_CET UINT64_C(0x1800)
#define XFAM_AMX UINT64_C(0x60000)
#define CONFIG_FLAGS_ALLOWED                                             \
	(TDX_CONFIG_FLAGS_GPAW | TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE |  \
	 TDX_CONFIG_FLAGS_NO_RBP_MOD)
#define MSR_CONFIG_CTLS_ALLOWED 1
#define TD_PARAMS_ALIGN 1024

static bool is_legal_attributes(uint64_t attributes)
{
	return !(attributes & ~MODULE_ATTRIBUTES) &&
	       (!(attributes & TDX_ATTRIBUTES_MIGRATABLE) ||
		!(attributes &
		  (TDX_ATTRIBUTES_DEBUG | TDX_ATTRIBUTES_PERFMON)));
}

/* Components that come together or not at all. */
static bool is_whole(uint64_t xfam, uint64_t components)
{
	return !(xfam & components) || (xfam & components) == components;
}

static bool is_legal_xfam(uint64_t xfam)
{
	return (xfam & MODULE_XFAM_FIXED1) == MODULE_XFAM_FIXED1 &&
	       !(xfam & ~MODULE_XFAM) && is_whole(xfam, XFAM_AVX512) &&
	       (!(xfam & XFAM_AVX512) || (xfam & XFAM_AVX)) &&
	       is_whole(xfam, XFAM_CET) && is_whole(xfam, XFAM_AMX);
}

static bool is_zero(const void *at, size_t size)
{
	const uint8_t *bytes = at;

	while (size--)
		if (bytes[size])
			return false;
	return true;
}

static uint64_t invalid(unsigned int operand)
{
	return TDX_OPERAND_INVALID | operand;
}

/*
 * Write-back, no more levels than the CPU walks, and five for a width of 52
 * (MOD, EPTP_CONTROLS and CONFIG_FLAGS).
 */
static bool is_legal_eptp(const struct td_params *params)
{
	if (params->eptp_controls == TD_PARAMS_EPTP_5_LEVELS)
		return svm_levels() == 5;
	return params->eptp_controls == TD_PARAMS_EPTP_4_LEVELS &&
	       !(params->config_flags & TDX_CONFIG_FLAGS_GPAW);
}

static uint64_t check_params(const struct td_params *params)
{
	if (!is_legal_attributes(params->attributes))
		return invalid(TDX_OPERAND_ID_ATTRIBUTES);
	if (!is_legal_xfam(params->xfam))
		return invalid(TDX_OPERAND_ID_XFAM);
	if (!params->max_vcpus)
		return invalid(TDX_OPERAND_ID_MAX_VCPUS);
	if (params->num_l2_vms)
		return invalid(TDX_OPERAND_ID_NUM_L2_VMS);
	if (params->reserved1)
		return invalid(TDX_OPERAND_ID_RDX);
	if (params->config_flags & ~CONFIG_FLAGS_ALLOWED)
		return invalid(TDX_OPERAND_ID_EXEC_CONTROLS);
	if (!is_legal_eptp(params))
		return invalid(TDX_OPERAND_ID_EPTP_CONTROLS);
	if (params->tsc_frequency < TD_PARAMS_TSC_MIN ||
	    params->tsc_frequency > TD_PARAMS_TSC_MAX)
		return invalid(TDX_OPERAND_ID_TSC_FREQUENCY);
	if (!is_zero(params->reserved2, sizeof(params->reserved2)) ||
	    (params->msr_config_ctls & ~MSR_CONFIG_CTLS_ALLOWED) ||
	    !is_zero(params->reserved3, sizeof(params->reserved3)) ||
	    !is_zero(params->reserved4, sizeof(params->reserved4)))
		return invalid(TDX_OPERAND_ID_RDX);
	return TDX_SUCCESS;
}

static void native_cpuid(uint32_t leaf, uint32_t subleaf,
			 struct cpuid_regs *out)
{
	uint32_t regs[4];

	cpu_cpuid(leaf, subleaf, regs);
	memcpy(out, regs, sizeof(*out));
}

/* *culprit: the leaf that it is about, 0 when it is about two bits of one. */
static uint64_t check_cpuid(const struct td_params *params, uint64_t *culprit)
{
	const struct td_cpuid_context context = {
		.native = native_cpuid,
		.has_cx16 = true,
		.config = (const struct cpuid_regs *)params->cpuid_config,
		.attributes = params->attributes,
		.xfam = params->xfam,
		.tsc_frequency = params->tsc_frequency,
	};
	const unsigned int index = td_cpuid_config_check(&context);
	uint32_t leaf;
	uint32_t subleaf;

	*culprit = 0;
	if (index == TD_CPUID_CONFIGS_LEGAL)
		return TDX_SUCCESS;
	if (index != TD_CPUID_CONFIGS_TSX) {
		td_cpuid_config_leaf(index, &leaf, &subleaf);
		*culprit = leaf | (uint64_t)subleaf << 32;
	}
	return invalid(TDX_OPERAND_ID_CPUID_CONFIG);
}

/* The CPU may walk one level more than the TD has. */
static void td_init_tables(struct td *td)
{
	const unsigned int levels =
		td->eptp_controls == TD_PARAMS_EPTP_5_LEVELS ? 5 : 4;

	td->gpaw = td->config_flags & TDX_CONFIG_FLAGS_GPAW ? 52 : 48;
	td->shared_bit = BIT(td->gpaw - 1);
	td->sept_top = levels - 1;
	td->nested_cr3 = memory_pa(td->sept_root);
	if (svm_levels() == levels)
		return;
	td->outer_root[0] = td->nested_cr3 | EPT_TABLE;
	td->nested_cr3 = memory_pa(td->outer_root);
}

static void td_take_params(struct td *td, const struct td_params *params)
{
	td->attributes = params->attributes;
	td->xfam = params->xfam;
	td->max_vcpus = params->max_vcpus;
	td->config_flags = params->config_flags;
	td->eptp_controls = params->eptp_controls;
	td->tsc_frequency = params->tsc_frequency;
	td->arch_capabilities = params->ia32_arch_capabilities_config;
	memcpy(td->cpuid_config, params->cpuid_config,
	       sizeof(td->cpuid_config));
	memcpy(td->mrconfigid, params->mrconfigid, MODULE_DIGEST);
	memcpy(td->mrowner, params->mrowner, MODULE_DIGEST);
	memcpy(td->mrownerconfig, params->mrownerconfig, MODULE_DIGEST);
	td_init_tables(td);
	td->tsc_offset = 0 - cpu_rdtsc();
	if (td->attributes & TDX_ATTRIBUTES_SEPT_VE_DISABLE)
		td->td_ctls = TDX_TD_CTLS_PENDING_VE_DISABLE;
	td->hp_lock_timeout = HOSTFIELDS_HP_LOCK_TIMEOUT;
	td->epoch = 1;
	measure_init(&td->mrtd_stream);
}

uint64_t host_mng_init(struct trap_frame *host)
{
	const paddr_t at = host->rdx;
	struct td *td;
	struct td_params params;
	uint64_t status = host_find_td(host, host->rcx, TDX_OPERAND_ID_RCX,
				       &td);

	host->rcx = 0;
	if (status != TDX_SUCCESS)
		return status;
	if (at % TD_PARAMS_ALIGN || at >> SEAM_HKID_SHIFT)
		return invalid(TDX_OPERAND_ID_RDX);
	params = *(const struct td_params *)memory_at(at);
	status = check_params(&params);
	if (status == TDX_SUCCESS)
		status = check_cpuid(&params, &host->rcx);
	if (status != TDX_SUCCESS)
		return status;
	td_take_params(td, &params);
	td->op_state = OP_STATE_INITIALIZED;
	return TDX_SUCCESS;
}
