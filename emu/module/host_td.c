/* SPDX-License-Identifier: MIT */
/*
 * TDs and their vCPUs, from TDH.MNG.CREATE to TDH.VP.ENTER. One TD at a time:
 * more than that no test has needed.
 */
#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/module/apic.h"
#include "emu/module/debug.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"
#include "emu/module/td_params.h"
#include "emu/module/vp.h"

#define ATTRIBUTES_ALLOWED                                          \
	(TDX_ATTRIBUTES_DEBUG | TDX_ATTRIBUTES_SEPT_VE_DISABLE |    \
	 TDX_ATTRIBUTES_MIGRATABLE | TDX_ATTRIBUTES_PKS |           \
	 TDX_ATTRIBUTES_PERFMON)
#define XFAM_FIXED1 UINT64_C(0x3)
#define XFAM_ALLOWED UINT64_C(0x6dbe7)
#define CONFIG_FLAGS_ALLOWED                                             \
	(TDX_CONFIG_FLAGS_GPAW | TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE |  \
	 TDX_CONFIG_FLAGS_NO_RBP_MOD)
#define TD_PARAMS_ALIGN 1024

static struct td the_td;

uint64_t host_find_td(uint64_t tdr, unsigned int operand, unsigned int states,
		      struct td **td)
{
	const uint64_t status = pamt_check(tdr, PAMT_TDR, operand);

	if (status != TDX_SUCCESS)
		return status;
	if (the_td.is_fatal)
		return TDX_TD_FATAL;
	if (the_td.lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (the_td.num_tdcx < MODULE_TDCX_PAGES)
		return TDX_TDCS_NOT_ALLOCATED;
	if (!(states & STATE_BIT(the_td.op_state)))
		return TDX_OP_STATE_INCORRECT;
	*td = &the_td;
	return TDX_SUCCESS;
}

uint64_t host_mng_create(struct trap_frame *host)
{
	uint64_t status = host_sys_check_ready();

	if (status != TDX_SUCCESS)
		return status;
	if (the_td.tdr)
		return TDX_HKID_NOT_FREE | TDX_OPERAND_ID_RDX;
	status = pamt_take(host->rcx, PAMT_TDR, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	memset(&the_td, 0, sizeof(the_td));
	the_td.tdr = host->rcx;
	the_td.hkid = (uint16_t)host->rdx;
	return TDX_SUCCESS;
}

uint64_t host_mng_key_config(struct trap_frame *host)
{
	const uint64_t status = pamt_check(host->rcx, PAMT_TDR,
					   TDX_OPERAND_ID_RCX);

	if (status != TDX_SUCCESS)
		return status;
	if (the_td.lifecycle != TD_HKID_ASSIGNED)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	the_td.lifecycle = TD_KEYS_CONFIGURED;
	return TDX_SUCCESS;
}

uint64_t host_mng_addcx(struct trap_frame *host)
{
	uint64_t status = pamt_check(host->rdx, PAMT_TDR, TDX_OPERAND_ID_RDX);

	if (status != TDX_SUCCESS)
		return status;
	if (the_td.lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (the_td.op_state != OP_STATE_UNINITIALIZED)
		return TDX_OP_STATE_INCORRECT;
	if (the_td.num_tdcx == MODULE_TDCX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	status = pamt_take(host->rcx, PAMT_TDCX, TDX_OPERAND_ID_RCX);
	if (status == TDX_SUCCESS)
		the_td.num_tdcx++;
	return status;
}

static bool is_legal_xfam(uint64_t xfam)
{
	const uint64_t avx512 = xfam & 0xe0;
	const uint64_t cet = xfam & (BIT(11) | BIT(12));
	const uint64_t amx = xfam & (BIT(17) | BIT(18));

	if ((xfam & XFAM_FIXED1) != XFAM_FIXED1 || (xfam & ~XFAM_ALLOWED))
		return false;
	if (avx512 && (avx512 != 0xe0 || !(xfam & BIT(2))))
		return false;
	return (!cet || cet == (BIT(11) | BIT(12))) &&
	       (!amx || amx == (BIT(17) | BIT(18)));
}

static bool is_zero(const void *at, size_t size)
{
	const uint8_t *bytes = at;

	while (size--)
		if (bytes[size])
			return false;
	return true;
}

/* MOD, TD_PARAMS: field by field, each with its operand id. */
static uint64_t check_params(const struct td_params *params)
{
	if (params->attributes & ~ATTRIBUTES_ALLOWED)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_ATTRIBUTES;
	if ((params->attributes & TDX_ATTRIBUTES_MIGRATABLE) &&
	    (params->attributes &
	     (TDX_ATTRIBUTES_DEBUG | TDX_ATTRIBUTES_PERFMON)))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_ATTRIBUTES;
	if (!is_legal_xfam(params->xfam))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_XFAM;
	if (!params->max_vcpus)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_MAX_VCPUS;
	if (params->config_flags & ~CONFIG_FLAGS_ALLOWED)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_EXEC_CONTROLS;
	/* SVM under QEMU walks four levels: a GPA width of 48 only. */
	if (params->eptp_controls != TD_PARAMS_EPTP_4_LEVELS ||
	    (params->config_flags & TDX_CONFIG_FLAGS_GPAW))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_EPTP_CONTROLS;
	if (params->tsc_frequency < TD_PARAMS_TSC_MIN ||
	    params->tsc_frequency > TD_PARAMS_TSC_MAX)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_TSC_FREQUENCY;
	if (params->num_l2_vms)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_NUM_L2_VMS;
	if (params->reserved1 ||
	    !is_zero(params->reserved2, sizeof(params->reserved2)) ||
	    !is_zero(params->reserved3, sizeof(params->reserved3)) ||
	    !is_zero(params->reserved4, sizeof(params->reserved4)))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	return TDX_SUCCESS;
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
	td->gpaw = 48;
	td->tsc_offset = 0 - cpu_rdtsc();
	if (td->attributes & TDX_ATTRIBUTES_SEPT_VE_DISABLE)
		td->td_ctls = TDX_TD_CTLS_PENDING_VE_DISABLE;
	td->epoch = 1;
	measure_init(&td->mrtd_stream);
}

uint64_t host_mng_init(struct trap_frame *host)
{
	struct td *td;
	struct td_params params;
	uint64_t status = host_find_td(host->rcx, TDX_OPERAND_ID_RCX,
				       STATE_BIT(OP_STATE_UNINITIALIZED), &td);

	if (status != TDX_SUCCESS)
		return status;
	if (host->rdx % TD_PARAMS_ALIGN || host->rdx >= MEMORY_MAPPED)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	params = *(const struct td_params *)memory_at(host->rdx);
	status = check_params(&params);
	if (status != TDX_SUCCESS)
		return status;
	td_take_params(td, &params);
	td->op_state = OP_STATE_INITIALIZED;
	return TDX_SUCCESS;
}

/* vCPU-scoped leaves: the TDVPR names both the vCPU and its TD. */
static uint64_t find_vcpu(uint64_t tdvpr, unsigned int states,
			  struct vcpu **vcpu)
{
	uint64_t status = pamt_check(tdvpr, PAMT_TDVPR, TDX_OPERAND_ID_RCX);
	struct td *td;

	if (status == TDX_SUCCESS)
		status = host_find_td(the_td.tdr, TDX_OPERAND_ID_RCX, states,
				      &td);
	if (status != TDX_SUCCESS)
		return status;
	for (unsigned int i = 0; i < td->num_created; i++) {
		if (td->vcpus[i].tdvpr == tdvpr) {
			*vcpu = &td->vcpus[i];
			return TDX_SUCCESS;
		}
	}
	return TDX_PAGE_METADATA_INCORRECT | TDX_OPERAND_ID_RCX;
}

uint64_t host_vp_create(struct trap_frame *host)
{
	struct td *td;
	struct vcpu *vcpu;
	uint64_t status = host_find_td(host->rdx, TDX_OPERAND_ID_RDX,
				       STATE_BIT(OP_STATE_INITIALIZED), &td);

	if (status != TDX_SUCCESS)
		return status;
	if (td->num_created == MODULE_MAX_VCPUS)
		return TDX_MAX_VCPUS_EXCEEDED;
	status = pamt_take(host->rcx, PAMT_TDVPR, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	vcpu = &td->vcpus[td->num_created++];
	vcpu->td = td;
	vcpu->tdvpr = host->rcx;
	vcpu->state = VCPU_CREATED;
	return TDX_SUCCESS;
}

uint64_t host_vp_addcx(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host->rdx,
				    STATE_BIT(OP_STATE_INITIALIZED), &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx == MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	status = pamt_take(host->rcx, PAMT_TDCX, TDX_OPERAND_ID_RCX);
	if (status == TDX_SUCCESS)
		vcpu->num_tdvpx++;
	return status;
}

uint64_t host_vp_init(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t status = find_vcpu(
		host->rcx, STATE_BIT(OP_STATE_INITIALIZED), &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx != MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	if (vcpu->td->num_vcpus == vcpu->td->max_vcpus)
		return TDX_MAX_VCPUS_EXCEEDED;
	vcpu->index = vcpu->td->num_vcpus++;
	vp_init(vcpu, host->rdx);
	return TDX_SUCCESS;
}

#define STATES_LIVE                       \
	(STATE_BIT(OP_STATE_INITIALIZED) | STATE_BIT(OP_STATE_RUNNABLE))

uint64_t host_vp_rd(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t status = find_vcpu(host->rcx, STATES_LIVE, &vcpu);

	host->r8 = 0;
	if (status != TDX_SUCCESS)
		return status;
	switch (host->rdx) {
	case TDVPS_VCPU_STATE_DETAILS:
		host->r8 = apic_is_pending(vcpu) ? TDVPS_VMXIP : 0;
		return TDX_SUCCESS;
	case TDVPS_SHARED_EPTP:
		host->r8 = vcpu->td->shared_eptp;
		return TDX_SUCCESS;
	case TDVPS_POSTED_INTERRUPT_DESCRIPTOR:
		host->r8 = vcpu->posted_interrupts;
		return TDX_SUCCESS;
	case TDVPS_TSC_OFFSET:
		host->r8 = vcpu->td->tsc_offset;
		return TDX_SUCCESS;
	default:
		return TDX_METADATA_FIELD_ID_INCORRECT;
	}
}

uint64_t host_vp_wr(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t value = host->r8;
	const uint64_t status = find_vcpu(host->rcx, STATES_LIVE, &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	switch (host->rdx) {
	case TDVPS_SHARED_EPTP:
		if (value % PAGE_SIZE || value >= MEMORY_MAPPED)
			return TDX_METADATA_FIELD_VALUE_NOT_VALID;
		host->r8 = vcpu->td->shared_eptp;
		vcpu->td->shared_eptp = value;
		return TDX_SUCCESS;
	case TDVPS_POSTED_INTERRUPT_DESCRIPTOR:
		if (value % 64 || value >= MEMORY_MAPPED)
			return TDX_METADATA_FIELD_VALUE_NOT_VALID;
		host->r8 = vcpu->posted_interrupts;
		vcpu->posted_interrupts = value;
		return TDX_SUCCESS;
	case TDVPS_POSTED_INTERRUPT_VECTOR:
		return TDX_SUCCESS;
	default:
		return TDX_METADATA_FIELD_ID_INCORRECT;
	}
}

void host_vp_enter(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t status = find_vcpu(
		host->rcx, STATE_BIT(OP_STATE_RUNNABLE), &vcpu);

	if (status != TDX_SUCCESS) {
		host->rax = status;
		return;
	}
	if (vcpu->state != VCPU_READY && vcpu->state != VCPU_RUNNING) {
		host->rax = TDX_VCPU_STATE_INCORRECT;
		return;
	}
	vp_enter(vcpu, host);
}

uint64_t debug_guest_rip(unsigned int index)
{
	return the_td.vcpus[index].vmcb.rip;
}
