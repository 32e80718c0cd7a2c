/* SPDX-License-Identifier: MIT */
/*
 * SEAMCALL arrives here (entry.S): the dispatch of the TDH leaves and the
 * checks that all of a kind share. The host's registers are the frame; what a
 * leaf does not define as output comes back as it was.
 */
#include "emu/module/seamcall.h"

#include "emu/boot/seam.h"
#include "emu/module/host.h"
#include "emu/module/host_abi.h"
#include "emu/module/stats.h"

#define RAX_LEAF UINT64_C(0xffff)
#define RFLAGS_CF UINT64_C(1)

static uint64_t dispatch(struct trap_frame *host, uint64_t leaf)
{
	switch (leaf) {
	case TDH_SYS_INIT:
		return host_sys_init(host);
	case TDH_SYS_LP_INIT:
		return host_sys_lp_init(host);
	case TDH_SYS_CONFIG:
		return host_sys_config(host);
	case TDH_SYS_KEY_CONFIG:
		return host_sys_key_config(host);
	case TDH_SYS_TDMR_INIT:
		return host_sys_tdmr_init(host);
	case TDH_MNG_CREATE:
		return host_mng_create(host);
	case TDH_MNG_KEY_CONFIG:
		return host_mng_key_config(host);
	case TDH_MNG_ADDCX:
		return host_mng_addcx(host);
	case TDH_MNG_INIT:
		return host_mng_init(host);
	case TDH_VP_CREATE:
		return host_vp_create(host);
	case TDH_VP_ADDCX:
		return host_vp_addcx(host);
	case TDH_VP_INIT:
		return host_vp_init(host);
	case TDH_VP_RD:
		return host_vp_rd(host);
	case TDH_VP_WR:
		return host_vp_wr(host);
	case TDH_MEM_SEPT_ADD:
		return host_mem_sept_add(host);
	case TDH_MEM_PAGE_ADD:
		return host_mem_page_add(host);
	case TDH_MEM_PAGE_AUG:
		return host_mem_page_aug(host);
	case TDH_MEM_RANGE_BLOCK:
		return host_mem_range_block(host);
	case TDH_MEM_TRACK:
		return host_mem_track(host);
	case TDH_MEM_PAGE_REMOVE:
		return host_mem_page_remove(host);
	case TDH_MR_EXTEND:
		return host_mr_extend(host);
	case TDH_MR_FINALIZE:
		return host_mr_finalize(host);
	default:
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RAX;
	}
}

void module_seamcall(struct trap_frame *host)
{
	const uint64_t rax = host->rax;

	host->rip += SEAMCALL_LENGTH;
	host->rflags &= ~RFLAGS_CF;
	/* TDH.VP.ENTER first: its status depends on the exit, not on it. */
	if (rax == TDH_VP_ENTER)
		host_vp_enter(host);
	else if ((rax & ~RAX_LEAF) &&
		 rax != (TDH_VP_INIT | TDX_LEAF_VERSION_1))
		host->rax = TDX_OPERAND_INVALID | TDX_OPERAND_ID_RAX;
	else
		host->rax = dispatch(host, rax & RAX_LEAF);
}
