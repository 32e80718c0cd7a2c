/* SPDX-License-Identifier: MIT */
/* Typed TDH leaves: which operand goes into which register, and no more. */
#include "emu/vmm/tdh.h"

static uint64_t call(uint64_t leaf, uint64_t rcx, uint64_t rdx, uint64_t r8,
		     uint64_t r9)
{
	struct seamcall_args args = {
		.rcx = rcx, .rdx = rdx, .r8 = r8, .r9 = r9,
	};

	return seamcall_ret(leaf, &args);
}

uint64_t tdh_sys_init(void)
{
	return call(TDH_SYS_INIT, 0, 0, 0, 0);
}

uint64_t tdh_sys_lp_init(void)
{
	return call(TDH_SYS_LP_INIT, 0, 0, 0, 0);
}

uint64_t tdh_sys_config(paddr_t tdmr_pointers, uint64_t count, uint16_t hkid)
{
	return call(TDH_SYS_CONFIG, tdmr_pointers, count, hkid, 0);
}

uint64_t tdh_sys_key_config(void)
{
	return call(TDH_SYS_KEY_CONFIG, 0, 0, 0, 0);
}

uint64_t tdh_sys_tdmr_init(paddr_t tdmr, paddr_t *next)
{
	struct seamcall_args args = { .rcx = tdmr };
	const uint64_t status = seamcall_ret(TDH_SYS_TDMR_INIT, &args);

	if (status == TDX_SUCCESS)
		*next = args.rdx;
	return status;
}

uint64_t tdh_mng_create(paddr_t tdr, uint16_t hkid)
{
	return call(TDH_MNG_CREATE, tdr, hkid, 0, 0);
}

uint64_t tdh_mng_key_config(paddr_t tdr)
{
	return call(TDH_MNG_KEY_CONFIG, tdr, 0, 0, 0);
}

uint64_t tdh_mng_addcx(paddr_t tdr, paddr_t page)
{
	return call(TDH_MNG_ADDCX, page, tdr, 0, 0);
}

uint64_t tdh_mng_init(paddr_t tdr, paddr_t td_params)
{
	return call(TDH_MNG_INIT, tdr, td_params, 0, 0);
}

uint64_t tdh_vp_create(paddr_t tdr, paddr_t tdvpr)
{
	return call(TDH_VP_CREATE, tdvpr, tdr, 0, 0);
}

uint64_t tdh_vp_addcx(paddr_t tdvpr, paddr_t page)
{
	return call(TDH_VP_ADDCX, page, tdvpr, 0, 0);
}

uint64_t tdh_vp_init(paddr_t tdvpr, uint64_t rcx)
{
	return call(TDH_VP_INIT, tdvpr, rcx, 0, 0);
}

uint64_t tdh_vp_rd(paddr_t tdvpr, uint64_t field, uint64_t *value)
{
	struct seamcall_args args = { .rcx = tdvpr, .rdx = field };
	const uint64_t status = seamcall_ret(TDH_VP_RD, &args);

	if (status == TDX_SUCCESS)
		*value = args.r8;
	return status;
}

uint64_t tdh_vp_wr(paddr_t tdvpr, uint64_t field, uint64_t value,
		   uint64_t mask)
{
	return call(TDH_VP_WR, tdvpr, field, value, mask);
}

uint64_t tdh_mem_sept_add(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page)
{
	return call(TDH_MEM_SEPT_ADD, gpa | level, tdr, page, 0);
}

uint64_t tdh_mem_page_add(paddr_t tdr, paddr_t gpa, paddr_t page,
			  paddr_t source)
{
	return call(TDH_MEM_PAGE_ADD, gpa, tdr, page, source);
}

uint64_t tdh_mem_page_aug(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page)
{
	return call(TDH_MEM_PAGE_AUG, gpa | level, tdr, page, 0);
}

uint64_t tdh_mem_range_block(paddr_t tdr, paddr_t gpa, unsigned int level)
{
	return call(TDH_MEM_RANGE_BLOCK, gpa | level, tdr, 0, 0);
}

uint64_t tdh_mem_track(paddr_t tdr)
{
	return call(TDH_MEM_TRACK, tdr, 0, 0, 0);
}

uint64_t tdh_mem_page_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page)
{
	struct seamcall_args args = { .rcx = gpa | level, .rdx = tdr };
	const uint64_t status = seamcall_ret(TDH_MEM_PAGE_REMOVE, &args);

	if (status == TDX_SUCCESS)
		*page = args.rcx;
	return status;
}

uint64_t tdh_mr_extend(paddr_t tdr, paddr_t gpa)
{
	return call(TDH_MR_EXTEND, gpa, tdr, 0, 0);
}

uint64_t tdh_mr_finalize(paddr_t tdr)
{
	return call(TDH_MR_FINALIZE, tdr, 0, 0, 0);
}
