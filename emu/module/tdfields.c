/* SPDX-License-Identifier: MIT */
/* Gathers what the tables of metadata.c and report.c show of a TD. */
#include "emu/module/tdfields.h"

#include <string.h>

#include "emu/boot/seam.h"
#include "emu/module/hostfields.h"
#include "emu/module/insn.h"
#include "emu/module/mdlist.h"
#include "emu/module/report.h"

#define RAX_LEAF 0xffff
#define RAX_VERSION_1 (1U << 16)

static const uint8_t no_digest[MODULE_DIGEST];

static struct metadata_context td_context(struct td *td)
{
	return (struct metadata_context){
		.attributes = td->attributes,
		.xfam = td->xfam,
		.config_flags = td->config_flags,
		.max_vcpus = td->max_vcpus,
		.num_vcpus = td->num_vcpus,
		.tsc_frequency = td->tsc_frequency,
		.mrtd = td->mrtd,
		.mrconfigid = td->mrconfigid,
		.mrowner = td->mrowner,
		.mrownerconfig = td->mrownerconfig,
		.rtmr = td->rtmr[0],
		.servtd_hash = no_digest,
		.notify_enables = &td->notify_enables,
		.td_ctls = &td->td_ctls,
	};
}

static struct metadata_context metadata_context(struct vcpu *vcpu)
{
	struct metadata_context context = td_context(vcpu->td);

	context.vcpu_index = vcpu->index;
	context.cpuid_ve = &vcpu->cpuid_ve;
	context.cpuid_control = vcpu->cpuid_control;
	return context;
}

/* VM.RD version 0 has no next field; the others return one in RDX. */
static uint64_t read_field(struct vcpu *vcpu, enum metadata_scope scope,
			   bool wants_next)
{
	const struct metadata_context context = metadata_context(vcpu);
	const uint64_t id = vcpu->gpr[GPR_RDX];

	if (!wants_next)
		return metadata_read(&context, scope, id, &vcpu->gpr[GPR_R8]);
	return metadata_read_next(&context, scope, id, &vcpu->gpr[GPR_R8],
				  &vcpu->gpr[GPR_RDX]);
}

static uint64_t write_field(struct vcpu *vcpu, enum metadata_scope scope)
{
	const struct metadata_context context = metadata_context(vcpu);
	const struct metadata_change change = {
		.id = vcpu->gpr[GPR_RDX],
		.value = vcpu->gpr[GPR_R8],
		.mask = vcpu->gpr[GPR_R9],
	};

	return metadata_write(&context, scope, &change, &vcpu->gpr[GPR_R8]);
}

/* No value, and where one is due no next field. */
static uint64_t wrong_operand(struct vcpu *vcpu, bool wants_next)
{
	vcpu->gpr[GPR_R8] = 0;
	if (wants_next)
		vcpu->gpr[GPR_RDX] = UINT64_MAX;
	return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
}

uint64_t tdfields_access(struct vcpu *vcpu)
{
	const uint64_t rax = vcpu->vmcb.rax;
	const uint64_t leaf = rax & RAX_LEAF;

	if (leaf == TDG_SYS_RD)
		return read_field(vcpu, METADATA_SYS, true);
	if (vcpu->gpr[GPR_RCX])
		return wrong_operand(vcpu, leaf == TDG_VP_RD ||
						   rax & RAX_VERSION_1);
	switch (leaf) {
	case TDG_VM_RD:
		return read_field(vcpu, METADATA_TD, rax & RAX_VERSION_1);
	case TDG_VM_WR:
		return write_field(vcpu, METADATA_TD);
	case TDG_VP_RD:
		return read_field(vcpu, METADATA_VP, true);
	default:
		return write_field(vcpu, METADATA_VP);
	}
}

/* Each field of the module's own scope that a guest sees is one element. */
uint64_t tdfields_list(struct vcpu *vcpu, uint64_t *page)
{
	const struct metadata_context context = metadata_context(vcpu);
	uint64_t id = metadata_id(METADATA_SYS, vcpu->gpr[GPR_R8]);
	struct mdlist list;

	vcpu->gpr[GPR_R8] = METADATA_NULL_ID;
	if (id == METADATA_NULL_ID)
		return TDX_METADATA_FIELD_ID_INCORRECT;
	mdlist_begin(&list, page);
	while (id != METADATA_NULL_ID) {
		uint64_t value;
		uint64_t next;
		const uint64_t status = metadata_read_next(
			&context, METADATA_SYS, id, &value, &next);

		if (status != TDX_SUCCESS)
			return status;
		if (!mdlist_add(&list, id, &value, 1)) {
			vcpu->gpr[GPR_R8] = id;
			return TDX_METADATA_LIST_OVERFLOW;
		}
		id = next;
	}
	return TDX_SUCCESS;
}

static void count_vcpus(const struct td *td, struct hostfields_context *to)
{
	for (unsigned int i = 0; i < td->num_created; i++) {
		const struct vcpu *vcpu = &td->vcpus[i];

		to->num_associated += vcpu->is_associated;
		to->references[vcpu->epoch & 1] += vcpu_is_inside(vcpu);
	}
}

uint64_t tdfields_host_access(struct td *td, const struct tdfields_host *access,
			      uint64_t *value, uint64_t *next)
{
	const struct metadata_context guest = td_context(td);
	const struct td_cpuid_context cpuid = insn_cpuid_of_td(td);
	struct hostfields_context context = {
		.td = &guest,
		.cpuid = &cpuid,
		.is_debug = td->attributes & TDX_ATTRIBUTES_DEBUG,
		.num_tdcx = td->num_tdcx,
		.tdcx = td->tdcx,
		.num_children = td->num_children,
		.lifecycle = td->lifecycle,
		.hkid = td->hkid,
		.op_state = td->op_state,
		.tsc_offset = td->tsc_offset,
		.epoch = td->epoch,
		.hp_lock_timeout = &td->hp_lock_timeout,
	};

	count_vcpus(td, &context);
	return access->is_write ?
		       hostfields_write(&context, &access->change, value) :
		       hostfields_read(&context, access->change.id, value,
				       next);
}

void tdfields_report(const struct td *td, const uint8_t data[64], void *to)
{
	struct tdreport_struct report;
	struct tdinfo_struct info = {
		.attributes = td->attributes,
		.xfam = td->xfam,
	};

	memcpy(info.mrtd, td->mrtd, sizeof(info.mrtd));
	memcpy(info.mrconfigid, td->mrconfigid, sizeof(info.mrconfigid));
	memcpy(info.mrowner, td->mrowner, sizeof(info.mrowner));
	memcpy(info.mrownerconfig, td->mrownerconfig,
	       sizeof(info.mrownerconfig));
	memcpy(info.rtmr, td->rtmr, sizeof(info.rtmr));
	report_build(&info, data, &report);
	seam_report(&report.mac_struct);
	memcpy(to, &report, sizeof(report));
}
