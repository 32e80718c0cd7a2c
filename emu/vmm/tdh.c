/* SPDX-License-Identifier: MIT */
/* Typed TDH leaves: which operand goes into which register, and no more. */
#include "emu/vmm/tdh.h"

/* Bits 63:32 name a status; sign-extended they fit an immediate operand. */
static inline bool is_status(uint64_t status, uint64_t wanted)
{
	return (int64_t)status >> 32 == (int64_t)wanted >> 32;
}

static uint64_t call(uint64_t leaf, uint64_t rcx, uint64_t rdx)
{
	return seamcall(leaf, &rcx, &rdx);
}

static uint64_t call4(uint64_t leaf, uint64_t rcx, uint64_t rdx, uint64_t r8,
		      uint64_t r9)
{
	return seamcall4(leaf, &rcx, &rdx, &r8, &r9);
}

static uint64_t call_random(uint64_t leaf, uint64_t rcx, uint64_t rdx)
{
	unsigned int tries = TDH_TRIES;
	uint64_t status;

	do {
		status = call(leaf, rcx, rdx);
	} while (is_status(status, TDX_RND_NO_ENTROPY) && --tries);
	return status;
}

/* A leaf on a Secure EPT entry that returns a page in RCX. */
static inline uint64_t call_for_page(uint64_t leaf, uint64_t gpa_and_level,
				     paddr_t tdr, paddr_t *page)
{
	unsigned int tries = TDH_TRIES;
	uint64_t status;
	uint64_t rcx;
	uint64_t rdx;

	do {
		rcx = gpa_and_level;
		rdx = tdr;
		status = seamcall(leaf, &rcx, &rdx);
	} while (is_status(status, TDX_OPERAND_BUSY) && --tries);
	if (status == TDX_SUCCESS)
		*page = rcx;
	return status;
}

static uint64_t call_busy(uint64_t leaf, uint64_t rcx, uint64_t rdx,
			  uint64_t r8)
{
	unsigned int tries = TDH_TRIES;
	uint64_t status;

	do {
		status = call4(leaf, rcx, rdx, r8, 0);
	} while (is_status(status, TDX_OPERAND_BUSY) && --tries);
	return status;
}

/* A leaf that reads R8 by a field or an address. */
static uint64_t call_for_value(uint64_t leaf, uint64_t rcx, uint64_t rdx,
			       uint64_t *value)
{
	uint64_t r8 = 0;
	uint64_t r9 = 0;
	const uint64_t status = seamcall4(leaf, &rcx, &rdx, &r8, &r9);

	if (status == TDX_SUCCESS)
		*value = r8;
	return status;
}

uint64_t tdh_sys_init(void)
{
	return call(TDH_SYS_INIT, 0, 0);
}

uint64_t tdh_sys_lp_init(void)
{
	return call(TDH_SYS_LP_INIT, 0, 0);
}

uint64_t tdh_sys_info(paddr_t info, paddr_t cmrs)
{
	return call4(TDH_SYS_INFO, info, TDX_SYSINFO_SIZE, cmrs,
		     TDX_SYSINFO_CMRS);
}

uint64_t tdh_sys_rd(uint64_t field, uint64_t *value)
{
	return call_for_value(TDH_SYS_RD, 0, field, value);
}

uint64_t tdh_sys_config(paddr_t tdmr_pointers, uint64_t count, uint16_t hkid)
{
	return call4(TDH_SYS_CONFIG, tdmr_pointers, count, hkid, 0);
}

uint64_t tdh_sys_key_config(void)
{
	return call(TDH_SYS_KEY_CONFIG, 0, 0);
}

uint64_t tdh_sys_tdmr_init(paddr_t tdmr, paddr_t *next)
{
	uint64_t rdx = 0;
	const uint64_t status = seamcall(TDH_SYS_TDMR_INIT, &tdmr, &rdx);

	if (status == TDX_SUCCESS)
		*next = rdx;
	return status;
}

uint64_t tdh_mng_create(paddr_t tdr, uint16_t hkid)
{
	return call_random(TDH_MNG_CREATE, tdr, hkid);
}

uint64_t tdh_mng_key_config(paddr_t tdr)
{
	return call(TDH_MNG_KEY_CONFIG, tdr, 0);
}

uint64_t tdh_mng_addcx(paddr_t tdr, paddr_t page)
{
	return call_random(TDH_MNG_ADDCX, page, tdr);
}

uint64_t tdh_mng_init(paddr_t tdr, paddr_t td_params, uint64_t *cpuid)
{
	const uint64_t status = seamcall(TDH_MNG_INIT, &tdr, &td_params);

	*cpuid = tdr;
	return status;
}

uint64_t tdh_mng_rd(paddr_t tdr, uint64_t field, uint64_t *value)
{
	return call_for_value(TDH_MNG_RD, tdr, field, value);
}

uint64_t tdh_mng_vpflushdone(paddr_t tdr)
{
	return call(TDH_MNG_VPFLUSHDONE, tdr, 0);
}

uint64_t tdh_mng_key_freeid(paddr_t tdr)
{
	return call(TDH_MNG_KEY_FREEID, tdr, 0);
}

uint64_t tdh_mr_extend(paddr_t tdr, paddr_t gpa)
{
	return call(TDH_MR_EXTEND, gpa, tdr);
}

uint64_t tdh_mr_finalize(paddr_t tdr)
{
	return call(TDH_MR_FINALIZE, tdr, 0);
}

uint64_t tdh_vp_create(paddr_t tdr, paddr_t tdvpr)
{
	return call(TDH_VP_CREATE, tdvpr, tdr);
}

uint64_t tdh_vp_addcx(paddr_t tdvpr, paddr_t page)
{
	return call(TDH_VP_ADDCX, page, tdvpr);
}

uint64_t tdh_vp_init(paddr_t tdvpr, uint64_t rcx, uint32_t x2apic_id)
{
	return call4(TDH_VP_INIT | TDX_LEAF_VERSION_1, tdvpr, rcx, x2apic_id,
		     0);
}

uint64_t tdh_vp_rd(paddr_t tdvpr, uint64_t field, uint64_t *value)
{
	return call_for_value(TDH_VP_RD, tdvpr, field, value);
}

uint64_t tdh_vp_wr(paddr_t tdvpr, uint64_t field, uint64_t value,
		   uint64_t mask)
{
	return call4(TDH_VP_WR, tdvpr, field, value, mask);
}

uint64_t tdh_vp_flush(paddr_t tdvpr)
{
	return call(TDH_VP_FLUSH, tdvpr, 0);
}

uint64_t tdh_mem_sept_add(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page)
{
	return call_busy(TDH_MEM_SEPT_ADD, gpa | level, tdr, page);
}

uint64_t tdh_mem_page_add(paddr_t tdr, paddr_t gpa, paddr_t page,
			  paddr_t source)
{
	return call4(TDH_MEM_PAGE_ADD, gpa, tdr, page, source);
}

uint64_t tdh_mem_page_aug(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page)
{
	return call_busy(TDH_MEM_PAGE_AUG, gpa | level, tdr, page);
}

uint64_t tdh_mem_range_block(paddr_t tdr, paddr_t gpa, unsigned int level)
{
	return call_busy(TDH_MEM_RANGE_BLOCK, gpa | level, tdr, 0);
}

uint64_t tdh_mem_range_unblock(paddr_t tdr, paddr_t gpa, unsigned int level)
{
	return call_busy(TDH_MEM_RANGE_UNBLOCK, gpa | level, tdr, 0);
}

uint64_t tdh_mem_track(paddr_t tdr)
{
	return call_busy(TDH_MEM_TRACK, tdr, 0, 0);
}

uint64_t tdh_mem_page_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page)
{
	return call_for_page(TDH_MEM_PAGE_REMOVE, gpa | level, tdr, page);
}

uint64_t tdh_mem_sept_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page)
{
	return call_for_page(TDH_MEM_SEPT_REMOVE, gpa | level, tdr, page);
}

uint64_t tdh_mem_page_demote(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t table)
{
	return call_busy(TDH_MEM_PAGE_DEMOTE, gpa | level, tdr, table);
}

uint64_t tdh_mem_page_promote(paddr_t tdr, paddr_t gpa, unsigned int level,
			      paddr_t *table)
{
	return call_for_page(TDH_MEM_PAGE_PROMOTE, gpa | level, tdr, table);
}

uint64_t tdh_mem_sept_rd(paddr_t tdr, paddr_t gpa, unsigned int level,
			 uint64_t *entry, uint64_t *state)
{
	uint64_t r8 = 0;
	uint64_t r9 = 0;

	*entry = gpa | level;
	*state = tdr;
	return seamcall4(TDH_MEM_SEPT_RD, entry, state, &r8, &r9);
}

uint64_t tdh_mem_rd(paddr_t tdr, paddr_t gpa, uint64_t *value)
{
	return call_for_value(TDH_MEM_RD, gpa, tdr, value);
}

uint64_t tdh_mem_wr(paddr_t tdr, paddr_t gpa, uint64_t *value)
{
	uint64_t r9 = 0;

	return seamcall4(TDH_MEM_WR, &gpa, &tdr, value, &r9);
}

static uint64_t call_for_metadata(uint64_t leaf, paddr_t page,
				  struct tdh_page *out)
{
	*out = (struct tdh_page){ .type = page };
	return seamcall4(leaf, &out->type, &out->owner, &out->level,
			 &out->epoch);
}

uint64_t tdh_phymem_page_rdmd(paddr_t page, struct tdh_page *out)
{
	return call_for_metadata(TDH_PHYMEM_PAGE_RDMD, page, out);
}

uint64_t tdh_phymem_page_reclaim(paddr_t page, struct tdh_page *out)
{
	return call_for_metadata(TDH_PHYMEM_PAGE_RECLAIM, page, out);
}

uint64_t tdh_phymem_page_wbinvd(paddr_t page)
{
	return call(TDH_PHYMEM_PAGE_WBINVD, page, 0);
}

uint64_t tdh_phymem_cache_wb(bool is_resumed)
{
	return call(TDH_PHYMEM_CACHE_WB, is_resumed, 0);
}
