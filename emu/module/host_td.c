/* SPDX-License-Identifier: MIT */
/*
 * TDs as wholes: their life cycle from TDH.MNG.CREATE to TDH.MNG.KEY.FREEID
 * and the key ids that go with it.
 */
#include <string.h>

#include "emu/boot/memory.h"
#include "emu/boot/seam.h"
#include "emu/module/debug.h"
#include "emu/module/host.h"
#include "emu/module/metadata.h"
#include "emu/module/pamt.h"
#include "emu/module/tdfields.h"

/* MOD, Key Ownership Table: states of an entry. */
enum hkid_state {
	HKID_FREE,
	HKID_RESERVED,		/* the module's own */
	HKID_ASSIGNED,
	HKID_FLUSHED,		/* no vCPU uses it; caches may hold its data */
	HKID_WRITTEN_BACK,
};

static struct td tds[MODULE_TDS];
/* The key ownership table: one entry for each HKID. */
static enum hkid_state kot[SEAM_HKIDS];

static bool is_private_hkid(uint64_t hkid)
{
	return hkid >= SEAM_PRIVATE_HKID && hkid < SEAM_HKIDS;
}

uint64_t host_hkid_take_global(uint64_t hkid)
{
	if (!is_private_hkid(hkid))
		return TDX_OPERAND_INVALID;
	for (unsigned int i = 0; i < SEAM_HKIDS; i++)
		if (kot[i] == HKID_RESERVED)
			kot[i] = HKID_FREE;
	kot[hkid] = HKID_RESERVED;
	return TDX_SUCCESS;
}

struct td *host_td_of(paddr_t tdr)
{
	for (unsigned int i = 0; i < MODULE_TDS; i++)
		if (tds[i].tdr == tdr)
			return &tds[i];
	return NULL;
}

static bool is_any_inside(const struct td *td)
{
	for (unsigned int i = 0; i < td->num_created; i++)
		if (vcpu_is_inside(&td->vcpus[i]))
			return true;
	return false;
}

bool host_td_is_any_inside(void)
{
	for (unsigned int i = 0; i < MODULE_TDS; i++)
		if (is_any_inside(&tds[i]))
			return true;
	return false;
}

uint64_t host_find_tdr(uint64_t tdr, unsigned int operand, bool is_exclusive,
		       struct td **td)
{
	const uint64_t status = pamt_check(tdr, PAMT_TDR, operand);

	if (status != TDX_SUCCESS)
		return status;
	*td = host_td_of(tdr);
	if (is_exclusive && is_any_inside(*td))
		return TDX_OPERAND_BUSY | operand;
	return TDX_SUCCESS;
}

uint64_t host_check_td(const struct trap_frame *host, const struct td *td)
{
	if (td->is_fatal)
		return TDX_TD_FATAL;
	if (td->lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (td->num_tdcx < MODULE_TDCX_PAGES)
		return TDX_TDCS_NOT_ALLOCATED;
	if (!(host_leaf_states(host->rax) & STATE_BIT(td->op_state)))
		return TDX_OP_STATE_INCORRECT;
	return TDX_SUCCESS;
}

uint64_t host_find_td(const struct trap_frame *host, uint64_t tdr,
		      unsigned int operand, struct td **td)
{
	const uint64_t status = host_find_tdr(tdr, operand, false, td);

	return status == TDX_SUCCESS ? host_check_td(host, *td) : status;
}

uint64_t host_mng_create(struct trap_frame *host)
{
	const uint64_t hkid = host->rdx;
	struct td *td = host_td_of(0);
	uint64_t status;

	if (!is_private_hkid(hkid))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RDX;
	status = pamt_check(host->rcx, PAMT_NDA, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	if (kot[hkid] != HKID_FREE)
		return TDX_HKID_NOT_FREE;
	/* A limit of this module: it keeps TDs in memory of its own. */
	if (!td)
		return TDX_OPERAND_BUSY | TDX_OPERAND_ID_RCX;
	status = pamt_take(NULL, host->rcx, 0, PAMT_TDR, TDX_OPERAND_ID_RCX);
	if (status != TDX_SUCCESS)
		return status;
	memset(td, 0, sizeof(*td));
	td->tdr = host->rcx;
	td->hkid = (uint16_t)hkid;
	kot[hkid] = HKID_ASSIGNED;
	return TDX_SUCCESS;
}

uint64_t host_mng_key_config(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_tdr(host->rcx, TDX_OPERAND_ID_RCX,
					      true, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (td->is_fatal)
		return TDX_TD_FATAL;
	/* Of the one package; with more it would say KEY_CONFIGURED. */
	if (td->lifecycle != TD_HKID_ASSIGNED)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	td->lifecycle = TD_KEYS_CONFIGURED;
	return TDX_SUCCESS;
}

uint64_t host_mng_addcx(struct trap_frame *host)
{
	struct td *td;
	uint64_t status = host_find_tdr(host->rdx, TDX_OPERAND_ID_RDX, true,
					&td);

	if (status != TDX_SUCCESS)
		return status;
	if (td->is_fatal)
		return TDX_TD_FATAL;
	if (td->lifecycle != TD_KEYS_CONFIGURED)
		return TDX_TD_KEYS_NOT_CONFIGURED;
	if (td->op_state != OP_STATE_UNINITIALIZED)
		return TDX_OP_STATE_INCORRECT;
	if (td->num_tdcx == MODULE_TDCX_PAGES)
		return TDX_TDCX_NUM_INCORRECT;
	status = pamt_take(td, host->rcx, 0, PAMT_TDCX, TDX_OPERAND_ID_RCX);
	if (status == TDX_SUCCESS)
		td->tdcx[td->num_tdcx++] = host->rcx;
	return status;
}

uint64_t host_mng_rd(struct trap_frame *host)
{
	const struct tdfields_host access = { .change.id = host->rdx };
	struct td *td;
	uint64_t next = METADATA_NULL_ID;
	uint64_t status = host_find_td(host, host->rcx, TDX_OPERAND_ID_RCX,
				       &td);

	host->r8 = 0;
	if (status == TDX_SUCCESS)
		status = tdfields_host_access(td, &access, &host->r8, &next);
	if (host_version(host))
		host->rdx = next;
	else if (status == TDX_METADATA_FIRST_FIELD_ID_IN_CONTEXT)
		status = TDX_METADATA_FIELD_ID_INCORRECT;
	return status;
}

uint64_t host_mng_wr(struct trap_frame *host)
{
	const struct tdfields_host access = {
		.is_write = true,
		.change = { host->rdx, host->r8, host->r9 },
	};
	struct td *td;
	const uint64_t status = host_find_td(host, host->rcx,
					     TDX_OPERAND_ID_RCX, &td);

	host->r8 = 0;
	if (status != TDX_SUCCESS)
		return status;
	return tdfields_host_access(td, &access, &host->r8, NULL);
}

uint64_t host_mng_vpflushdone(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_tdr(host->rcx, TDX_OPERAND_ID_RCX,
					      true, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (td->lifecycle != TD_HKID_ASSIGNED &&
	    td->lifecycle != TD_KEYS_CONFIGURED)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	for (unsigned int i = 0; i < td->num_created; i++)
		if (td->vcpus[i].is_associated)
			return TDX_FLUSHVP_NOT_DONE;
	td->lifecycle = TD_BLOCKED;
	kot[td->hkid] = HKID_FLUSHED;
	return TDX_SUCCESS;
}

/* One package, and never interrupted: there is nothing to resume. */
uint64_t host_phymem_cache_wb(struct trap_frame *host)
{
	bool is_any = false;

	if (host->rcx > 1)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RCX;
	if (host->rcx)
		return TDX_WBCACHE_RESUME_ERROR;
	for (unsigned int i = 0; i < SEAM_HKIDS; i++) {
		if (kot[i] == HKID_WRITTEN_BACK)
			is_any = true;
		if (kot[i] != HKID_FLUSHED)
			continue;
		kot[i] = HKID_WRITTEN_BACK;
		is_any = true;
	}
	return is_any ? TDX_SUCCESS : TDX_NO_HKID_READY_TO_WBCACHE;
}

uint64_t host_mng_key_freeid(struct trap_frame *host)
{
	struct td *td;
	const uint64_t status = host_find_tdr(host->rcx, TDX_OPERAND_ID_RCX,
					      true, &td);

	if (status != TDX_SUCCESS)
		return status;
	if (td->lifecycle != TD_BLOCKED)
		return TDX_LIFECYCLE_STATE_INCORRECT;
	if (kot[td->hkid] != HKID_WRITTEN_BACK)
		return TDX_WBCACHE_NOT_COMPLETE;
	kot[td->hkid] = HKID_FREE;
	td->lifecycle = TD_TEARDOWN;
	return TDX_SUCCESS;
}

uint64_t debug_guest_rip(unsigned int index)
{
	return tds[0].vcpus[index].vmcb.rip;
}
