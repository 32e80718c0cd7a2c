/* SPDX-License-Identifier: MIT */
/*
 * vCPUs, from TDH.VP.CREATE to TDH.VP.FLUSH. A vCPU that ran or was looked at
 * belongs to that CPU, whose registers and translations may be its, until it
 * is flushed there.
 */
#include "emu/boot/cpu.h"
#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/boot/stack.h"
#include "emu/module/apic.h"
#include "emu/module/host.h"
#include "emu/module/pamt.h"
#include "emu/module/vp.h"
#include "emu/module/vpfields.h"

/* A vCPU by its TDVPR; one that runs elsewhere is busy. */
static uint64_t find_tdvpr(uint64_t tdvpr, unsigned int operand,
			   struct vcpu **vcpu)
{
	struct pamt_page page;
	struct td *td;
	uint64_t status = pamt_check(tdvpr, PAMT_TDVPR, operand);

	if (status == TDX_SUCCESS)
		status = pamt_read(tdvpr, operand, &page);
	if (status != TDX_SUCCESS)
		return status;
	td = host_td_of(page.owner);
	*vcpu = td->vcpus;
	while ((*vcpu)->tdvpr != tdvpr)
		(*vcpu)++;
	return vcpu_is_inside(*vcpu) ? TDX_OPERAND_BUSY | operand :
				       TDX_SUCCESS;
}

static uint64_t find_vcpu(const struct trap_frame *host, uint64_t tdvpr,
			  unsigned int operand, struct vcpu **vcpu)
{
	const uint64_t status = find_tdvpr(tdvpr, operand, vcpu);

	return status == TDX_SUCCESS ? host_check_td(host, (*vcpu)->td) :
				       status;
}

static uint64_t associate(struct vcpu *vcpu)
{
	const unsigned int cpu = cpu_number();

	if (vcpu->is_associated && vcpu->cpu != cpu)
		return TDX_VCPU_ASSOCIATED;
	vcpu->is_associated = true;
	vcpu->cpu = cpu;
	return TDX_SUCCESS;
}

uint64_t host_vp_create(struct trap_frame *host)
{
	struct td *td;
	struct vcpu *vcpu;
	uint64_t status = host_find_td(host, host->rdx, TDX_OPERAND_ID_RDX,
				       &td);

	if (status == TDX_SUCCESS)
		status = pamt_check(host->rcx, PAMT_NDA, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	/* A limit of this module: it keeps vCPUs in memory of its own. */
	if (td->num_created == MODULE_MAX_VCPUS)
		return TDX_MAX_VCPUS_EXCEEDED;
	status = pamt_take(td, host->rcx, 0, PAMT_TDVPR, TDX_OPERAND_ID_RCX);
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
	uint64_t status = find_vcpu(host, host->rdx, TDX_OPERAND_ID_RDX,
				    &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx == MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	status = pamt_take(vcpu->td, host->rcx, 0, PAMT_TDCX,
			   TDX_OPERAND_ID_RCX);
	if (status == TDX_SUCCESS)
		vcpu->tdvpx[vcpu->num_tdvpx++] = host->rcx;
	return status;
}

uint64_t host_vp_init(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->state != VCPU_CREATED)
		return TDX_VCPU_STATE_INCORRECT;
	if (vcpu->num_tdvpx != MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	if (host_version(host) && host->r8 > UINT32_MAX)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_R8;
	if (vcpu->td->num_vcpus == vcpu->td->max_vcpus)
		return TDX_MAX_VCPUS_EXCEEDED;
	status = associate(vcpu);
	if (status != TDX_SUCCESS)
		return status;
	vcpu->index = vcpu->td->num_vcpus++;
	vcpu->x2apic_id = host_version(host) ? (uint32_t)host->r8 :
					       vcpu->index;
	vp_init(vcpu, host->rdx);
	return TDX_SUCCESS;
}

/* Initialized, and this CPU's. VP.RD works on one that shut down, too. */
static uint64_t check_vcpu(struct vcpu *vcpu, bool is_disabled_good)
{
	if (vcpu->state != VCPU_READY && vcpu->state != VCPU_RUNNING &&
	    !(is_disabled_good && vcpu->state == VCPU_DISABLED))
		return TDX_VCPU_STATE_INCORRECT;
	return associate(vcpu);
}

uint64_t host_vp_rd(struct trap_frame *host)
{
	const uint64_t id = host->rdx;
	uint64_t next = METADATA_NULL_ID;
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	host->r8 = 0;
	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, true);
	if (status == TDX_SUCCESS)
		status = vpfields_read(vcpu, id, &host->r8, &next);
	if (host_version(host))
		host->rdx = next;
	else if (status == TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT)
		status = TDX_METADATA_FIELD_ID_INCORRECT;
	return status;
}

uint64_t host_vp_wr(struct trap_frame *host)
{
	const struct metadata_change change = {
		.id = host->rdx,
		.value = host->r8,
		.mask = host->r9,
	};
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	host->r8 = 0;
	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, false);
	return status == TDX_SUCCESS ?
		       vpfields_write(vcpu, &change, &host->r8) :
		       status;
}

/*
 * The CPU still has registers of a vCPU that ran: VMLOAD and XRSTOR bring
 * them back when it is entered again, here or elsewhere.
 */
static void park(struct vcpu *vcpu)
{
	if (vcpu->state != VCPU_RUNNING)
		return;
	cpu_vmsave(memory_pa(&vcpu->vmcb));
	vcpu->xcr0 = cpu_xgetbv(0);
	cpu_xsave(vcpu->xsave_area, UINT64_MAX);
	vcpu->has_xsave = true;
	vcpu->state = VCPU_READY;
}

static void unpark(struct vcpu *vcpu)
{
	if (vcpu->state != VCPU_READY || !vcpu->has_xsave)
		return;
	cpu_xsetbv(0, vcpu->xcr0);
	cpu_xrstor(vcpu->xsave_area, UINT64_MAX);
	vcpu->has_xsave = false;
}

uint64_t host_vp_flush(struct trap_frame *host)
{
	struct vcpu *vcpu;
	const uint64_t status = find_tdvpr(host->rcx, TDX_OPERAND_ID_RCX,
					   &vcpu);

	if (status != TDX_SUCCESS)
		return status;
	if (vcpu->td->lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (vcpu->num_tdvpx != MODULE_TDVPX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	if (!vcpu->is_associated || vcpu->cpu != cpu_number())
		return TDX_VCPU_NOT_ASSOCIATED;
	park(vcpu);
	vcpu->is_associated = false;
	return TDX_SUCCESS;
}

struct vcpu *host_vp_entered[STACK_CPUS];

void host_vp_forget(void)
{
	for (unsigned int i = 0; i < STACK_CPUS; i++)
		host_vp_entered[i] = NULL;
}

struct vcpu *host_vp_enter(struct trap_frame *host)
{
	struct vcpu *vcpu;
	uint64_t status = find_vcpu(host, host->rcx, TDX_OPERAND_ID_RCX,
				    &vcpu);

	if (status == TDX_SUCCESS)
		status = check_vcpu(vcpu, false);
	if (status != TDX_SUCCESS) {
		host->rax = status;
		return NULL;
	}
	unpark(vcpu);
	host_vp_entered[cpu_number()] = vcpu;
	return vp_enter(vcpu, host);
}
