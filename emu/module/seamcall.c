/* SPDX-License-Identifier: MIT */
/*
 * SEAMCALL arrives here (entry.S): the table of the TDH leaves and the checks
 * that all share. The host's registers are the frame; what a leaf does not
 * define as output comes back as it was.
 */
#include "emu/module/seamcall.h"

#include "emu/boot/seam.h"
#include "emu/module/debug.h"
#include "emu/module/host.h"
#include "emu/module/vp.h"

#define RAX_LEAF UINT64_C(0xffff)
#define RAX_VERSION UINT64_C(0xff0000)
#define RFLAGS_CF UINT64_C(1)

#define UNINITIALIZED STATE_BIT(OP_STATE_UNINITIALIZED)
#define INITIALIZED STATE_BIT(OP_STATE_INITIALIZED)
#define RUNNABLE STATE_BIT(OP_STATE_RUNNABLE)
#define LIVE (INITIALIZED | RUNNABLE)

struct leaf {
	uint64_t (*run)(struct trap_frame *host);
	uint8_t states;		/* OP_STATEs of the TD in which it may run */
	uint8_t last_version;
	bool is_early;		/* part of the platform's life cycle */
};

static uint64_t do_nothing(unused struct trap_frame *host)
{
	return TDX_SUCCESS;
}

/*
 * MOD, op states; without migration three of them are left. Leaves with none
 * look at the TD's life cycle themselves. VP.ENTER is not called from here.
 */
static const struct leaf leaves[] = {
	[TDH_SYS_INIT] = { host_sys_init, 0, 0, true },
	[TDH_SYS_LP_INIT] = { host_sys_lp_init, 0, 0, true },
	[TDH_SYS_INFO] = { host_sys_info, 0, 0, true },
	[TDH_SYS_RD] = { host_sys_rd, 0, 0, true },
	[TDH_SYS_CONFIG] = { host_sys_config, 0, 0, true },
	[TDH_SYS_KEY_CONFIG] = { host_sys_key_config, 0, 0, true },
	[TDH_SYS_LP_SHUTDOWN] = { do_nothing, 0, 0, true },
	[TDH_SYS_RDALL] = { host_sys_rdall, 0, 0, true },
	[TDH_SYS_SHUTDOWN] = { host_sys_shutdown, 0, 0, false },
	[TDH_SYS_TDMR_INIT] = { host_sys_tdmr_init, 0, 0, false },

	[TDH_MNG_CREATE] = { host_mng_create, 0, 0, false },
	[TDH_MNG_KEY_CONFIG] = { host_mng_key_config, 0, 0, false },
	[TDH_MNG_ADDCX] = { host_mng_addcx, UNINITIALIZED, 0, false },
	[TDH_MNG_INIT] = { host_mng_init, UNINITIALIZED, 0, false },
	[TDH_MNG_RD] = { host_mng_rd, LIVE, 1, false },
	[TDH_MNG_WR] = { host_mng_wr, LIVE, 0, false },
	[TDH_MNG_VPFLUSHDONE] = { host_mng_vpflushdone, 0, 0, false },
	[TDH_MNG_KEY_FREEID] = { host_mng_key_freeid, 0, 0, false },
	[TDH_MNG_KEY_RECLAIMID] = { do_nothing, 0, 0, false },
	[TDH_MR_EXTEND] = { host_mr_extend, INITIALIZED, 0, false },
	[TDH_MR_FINALIZE] = { host_mr_finalize, INITIALIZED, 0, false },

	[TDH_VP_CREATE] = { host_vp_create, INITIALIZED, 0, false },
	[TDH_VP_ADDCX] = { host_vp_addcx, INITIALIZED, 0, false },
	[TDH_VP_INIT] = { host_vp_init, INITIALIZED, 1, false },
	[TDH_VP_RD] = { host_vp_rd, LIVE, 1, false },
	[TDH_VP_WR] = { host_vp_wr, LIVE, 0, false },
	[TDH_VP_FLUSH] = { host_vp_flush, 0, 0, false },
	[TDH_VP_ENTER] = { do_nothing, RUNNABLE, 0, false },

	[TDH_MEM_SEPT_ADD] = { host_mem_sept_add, LIVE, 1, false },
	[TDH_MEM_PAGE_ADD] = { host_mem_page_add, INITIALIZED, 0, false },
	[TDH_MEM_PAGE_AUG] = { host_mem_page_aug, LIVE, 0, false },
	[TDH_MEM_RANGE_BLOCK] = { host_mem_range_block, LIVE, 0, false },
	[TDH_MEM_RANGE_UNBLOCK] = { host_mem_range_unblock, LIVE, 0, false },
	[TDH_MEM_TRACK] = { host_mem_track, LIVE, 0, false },
	[TDH_MEM_PAGE_REMOVE] = { host_mem_page_remove, LIVE, 0, false },
	[TDH_MEM_SEPT_REMOVE] = { host_mem_sept_remove, LIVE, 1, false },
	[TDH_MEM_PAGE_RELOCATE] = { host_mem_page_relocate, LIVE, 0, false },
	[TDH_MEM_PAGE_DEMOTE] = { host_mem_page_demote, LIVE, 0, false },
	[TDH_MEM_PAGE_PROMOTE] = { host_mem_page_promote, LIVE, 1, false },
	[TDH_MEM_SEPT_RD] = { host_mem_sept_rd, LIVE, 0, false },
	[TDH_MEM_RD] = { host_mem_rd, LIVE, 0, false },
	[TDH_MEM_WR] = { host_mem_wr, LIVE, 0, false },

	[TDH_PHYMEM_PAGE_RDMD] = { host_phymem_page_rdmd, 0, 0, false },
	[TDH_PHYMEM_PAGE_RECLAIM] = { host_phymem_page_reclaim, 0, 0, false },
	[TDH_PHYMEM_PAGE_WBINVD] = { host_phymem_page_wbinvd, 0, 0, false },
	[TDH_PHYMEM_CACHE_WB] = { host_phymem_cache_wb, 0, 0, false },
};

/* What a test wants to be answered in a leaf's place. */
static struct {
	uint64_t leaf;
	uint64_t status;
	uint64_t after;
	unsigned int times;
} refusal;

void module_refuse(uint64_t leaf, uint64_t status, unsigned int times)
{
	refusal.leaf = leaf;
	refusal.status = status;
	refusal.after = 0;
	refusal.times = times;
}

void module_refuse_later(uint64_t leaf, uint64_t status, uint64_t after)
{
	module_refuse(leaf, status, 1);
	refusal.after = after;
}

/* Is it the one that a test wants refused? */
static bool is_refused(uint64_t leaf)
{
	if (!refusal.times || refusal.leaf != leaf)
		return false;
	if (refusal.after) {
		refusal.after--;
		return false;
	}
	refusal.times--;
	return true;
}

unsigned int host_leaf_states(uint64_t rax)
{
	return leaves[rax & RAX_LEAF].states;
}

static uint64_t dispatch(struct trap_frame *host)
{
	const uint64_t number = host->rax & RAX_LEAF;
	const struct leaf *leaf;

	if ((host->rax & ~(RAX_LEAF | RAX_VERSION)) ||
	    number >= ARRAY_SIZE(leaves))
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RAX;
	leaf = &leaves[number];
	if (!leaf->run || host_version(host) > leaf->last_version)
		return TDX_OPERAND_INVALID | TDX_OPERAND_ID_RAX;
	if (host_sys_is_shut_down() && number != TDH_SYS_LP_SHUTDOWN)
		return TDX_SYS_SHUTDOWN;
	if (!leaf->is_early && !host_sys_is_ready())
		return TDX_SYS_NOT_READY;
	if (is_refused(number))
		return refusal.status;
	host_vp_forget();
	return leaf->run(host);
}

/* TDH.VP.ENTER: what RAX becomes depends on the exit. */
static noinline struct vcpu *run(struct trap_frame *host)
{
	if (host->rax == TDH_VP_ENTER && host_sys_is_ready())
		return host_vp_enter(host);
	host->rax = dispatch(host);
	return NULL;
}

struct vcpu *module_seamcall(struct trap_frame *host, size_t cpu)
{
	struct vcpu *vcpu = host_vp_entered[cpu];

	host->rip += SEAMCALL_LENGTH;
	host->rflags &= ~RFLAGS_CF;
	if (likely(host->rax == TDH_VP_ENTER) && likely(vcpu != NULL) &&
	    likely(host->rcx == vcpu->tdvpr))
		return vp_enter_again(vcpu, host);
	return run(host);
}
