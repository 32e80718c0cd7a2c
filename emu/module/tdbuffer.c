/* SPDX-License-Identifier: MIT */
/*
 * TDG leaves with operands in the guest's memory. The order of checks is that
 * of each leaf (MOD): an operand may be looked at, or found missing, before
 * another one is found wrong.
 */
#include "emu/module/tdbuffer.h"

#include <string.h>

#include "emu/boot/seam.h"
#include "emu/module/guest.h"
#include "emu/module/measure.h"
#include "emu/module/tdfields.h"

#define REPORT_SIZE 1024
#define RTMR_DATA_ALIGN 64

static bool is_private(const struct td *td, paddr_t gpa)
{
	return gpa < td->shared_bit;
}

static bool invalid(uint64_t *status, unsigned int operand)
{
	*status = TDX_OPERAND_INVALID | operand;
	return true;
}

/* NULL: *missing says so. */
static void *find(const struct vcpu *vcpu, paddr_t gpa, bool is_write,
		  struct tdbuffer_missing *missing)
{
	*missing = (struct tdbuffer_missing){ gpa, is_write };
	return guest_pointer(vcpu->td, gpa);
}

bool tdbuffer_rtmr_extend(struct vcpu *vcpu, uint64_t *status,
			  struct tdbuffer_missing *missing)
{
	const paddr_t gpa = vcpu->gpr[GPR_RCX];
	const uint64_t index = vcpu->gpr[GPR_RDX];
	const void *data;

	if (gpa % RTMR_DATA_ALIGN || !is_private(vcpu->td, gpa))
		return invalid(status, TDX_OPERAND_ID_RCX);
	data = find(vcpu, gpa, false, missing);
	if (!data)
		return false;
	if (index >= MODULE_RTMRS)
		return invalid(status, TDX_OPERAND_ID_RDX);
	measure_rtmr_extend(vcpu->td->rtmr[index], data);
	*status = TDX_SUCCESS;
	return true;
}

/* Both operands may be shared. An aligned RCX is looked at last of all. */
bool tdbuffer_report(struct vcpu *vcpu, uint64_t *status,
		     struct tdbuffer_missing *missing)
{
	const paddr_t to_gpa = vcpu->gpr[GPR_RCX];
	const paddr_t data_gpa = vcpu->gpr[GPR_RDX];
	const paddr_t limit = vcpu->td->shared_bit << 1;
	const uint8_t *data;
	void *to;

	if (to_gpa % REPORT_SIZE)
		return invalid(status, TDX_OPERAND_ID_RCX);
	if (data_gpa % REPORT_DATA_SIZE || data_gpa >= limit)
		return invalid(status, TDX_OPERAND_ID_RDX);
	data = find(vcpu, data_gpa, false, missing);
	if (!data)
		return false;
	if (vcpu->gpr[GPR_R8])
		return invalid(status, TDX_OPERAND_ID_R8);
	if (to_gpa >= limit)
		return invalid(status, TDX_OPERAND_ID_RCX);
	to = find(vcpu, to_gpa, true, missing);
	if (!to)
		return false;
	tdfields_report(vcpu->td, data, to);
	*status = TDX_SUCCESS;
	return true;
}

/* The CPU judges a copy: another vCPU may write the structure meanwhile. */
static uint64_t judge(const void *at)
{
	struct report_mac_struct mac_struct;

	memcpy(&mac_struct, at, sizeof(mac_struct));
	switch (seam_verify_report(&mac_struct)) {
	case REPORTMAC_VALID:
		return TDX_SUCCESS;
	case REPORTMAC_INVALID_CPUSVN:
		return TDX_INVALID_CPUSVN;
	default:
		return TDX_INVALID_REPORTMACSTRUCT;
	}
}

bool tdbuffer_verify_report(struct vcpu *vcpu, uint64_t *status,
			    struct tdbuffer_missing *missing)
{
	const paddr_t gpa = vcpu->gpr[GPR_RCX];
	const void *at;

	if (gpa % sizeof(struct report_mac_struct) ||
	    !is_private(vcpu->td, gpa))
		return invalid(status, TDX_OPERAND_ID_RCX);
	at = find(vcpu, gpa, false, missing);
	if (!at)
		return false;
	*status = judge(at);
	return true;
}

bool tdbuffer_sys_rdall(struct vcpu *vcpu, uint64_t *status,
			struct tdbuffer_missing *missing)
{
	const paddr_t gpa = vcpu->gpr[GPR_RDX];
	uint64_t *list;

	if (gpa % PAGE_SIZE || !is_private(vcpu->td, gpa)) {
		vcpu->gpr[GPR_R8] = UINT64_MAX;
		return invalid(status, TDX_OPERAND_ID_RDX);
	}
	list = find(vcpu, gpa, true, missing);
	if (!list)
		return false;
	*status = tdfields_list(vcpu, list);
	return true;
}
