/* SPDX-License-Identifier: MIT */
/*
 * The host-side interface functions, one for each TDH leaf that is there.
 * Operands and outputs are the host's registers in the frame, as MOD gives
 * them; the return value is the completion status. RAX still is the leaf.
 */
#ifndef EMU_MODULE_HOST_H
#define EMU_MODULE_HOST_H

#include "emu/boot/stack.h"
#include "emu/module/host_abi.h"
#include "emu/module/state.h"

/* host_sys.c: the platform's life cycle */
uint64_t host_sys_init(struct trap_frame *host);
uint64_t host_sys_lp_init(struct trap_frame *host);
uint64_t host_sys_config(struct trap_frame *host);
uint64_t host_sys_key_config(struct trap_frame *host);
uint64_t host_sys_tdmr_init(struct trap_frame *host);
uint64_t host_sys_shutdown(struct trap_frame *host);
/* TDH.SYS.SHUTDOWN is done: no leaf works any more. */
bool host_sys_is_shut_down(void);
/* May leaves that are not of the platform's life cycle run on this CPU? */
bool host_sys_is_ready(void);
/* TDH.SYS.LP.INIT is done on this CPU. */
bool host_sys_is_cpu_ready(void);

/* host_info.c: what the module says of itself */
uint64_t host_sys_info(struct trap_frame *host);
uint64_t host_sys_rd(struct trap_frame *host);
uint64_t host_sys_rdall(struct trap_frame *host);

/* host_td.c: TDs, their keys and pages */
uint64_t host_mng_create(struct trap_frame *host);
uint64_t host_mng_key_config(struct trap_frame *host);
uint64_t host_mng_addcx(struct trap_frame *host);
uint64_t host_mng_rd(struct trap_frame *host);
uint64_t host_mng_wr(struct trap_frame *host);
uint64_t host_mng_vpflushdone(struct trap_frame *host);
uint64_t host_mng_key_freeid(struct trap_frame *host);
uint64_t host_phymem_cache_wb(struct trap_frame *host);
/* Is a vCPU of any TD inside its guest? */
bool host_td_is_any_inside(void);
/* TDH.SYS.CONFIG: the module's own key; OPERAND_INVALID without operand id. */
uint64_t host_hkid_take_global(uint64_t hkid) must_check;

/* host_init.c */
uint64_t host_mng_init(struct trap_frame *host);

/* host_vp.c: vCPUs */
uint64_t host_vp_create(struct trap_frame *host);
uint64_t host_vp_addcx(struct trap_frame *host);
uint64_t host_vp_init(struct trap_frame *host);
uint64_t host_vp_rd(struct trap_frame *host);
uint64_t host_vp_wr(struct trap_frame *host);
uint64_t host_vp_flush(struct trap_frame *host);
/* Returns as vp_enter() does. */
struct vcpu *host_vp_enter(struct trap_frame *host);
/*
 * The vCPU that each CPU entered last, while all that was checked then still
 * holds: until any other leaf has run, or the vCPU has shut down.
 */
extern struct vcpu *host_vp_entered[STACK_CPUS];
void host_vp_forget(void);

/* host_mem.c: memory; host_mr.c: measurement and debugging */
uint64_t host_mem_sept_add(struct trap_frame *host);
uint64_t host_mem_page_add(struct trap_frame *host);
uint64_t host_mem_page_aug(struct trap_frame *host);
uint64_t host_mem_range_block(struct trap_frame *host);
uint64_t host_mem_range_unblock(struct trap_frame *host);
uint64_t host_mem_track(struct trap_frame *host);
uint64_t host_mem_page_remove(struct trap_frame *host);
uint64_t host_mem_sept_remove(struct trap_frame *host);
uint64_t host_mem_page_relocate(struct trap_frame *host);
uint64_t host_mem_page_demote(struct trap_frame *host);
uint64_t host_mem_page_promote(struct trap_frame *host);
uint64_t host_mem_sept_rd(struct trap_frame *host);
uint64_t host_mr_extend(struct trap_frame *host);
uint64_t host_mr_finalize(struct trap_frame *host);
uint64_t host_mem_rd(struct trap_frame *host);
uint64_t host_mem_wr(struct trap_frame *host);

/* host_phymem.c: physical pages */
uint64_t host_phymem_page_rdmd(struct trap_frame *host);
uint64_t host_phymem_page_reclaim(struct trap_frame *host);
uint64_t host_phymem_page_wbinvd(struct trap_frame *host);

/* The TD of a TDR, NULL: none. Its page was found to be one. */
struct td *host_td_of(paddr_t tdr);

/*
 * The TDR operand alone: for leaves that look at the life cycle themselves.
 * Is a vCPU of the TD inside, a leaf that wants the TDR for itself is busy.
 */
uint64_t host_find_tdr(uint64_t tdr, unsigned int operand, bool is_exclusive,
		       struct td **td) must_check;

/*
 * The checks that TD-scoped leaves share (MOD, in this order): the TDR
 * operand, TD_FATAL, life cycle, TDCX pages, and OP_STATE by the table of
 * leaves. *td is set on success.
 */
uint64_t host_find_td(const struct trap_frame *host, uint64_t tdr,
		      unsigned int operand, struct td **td) must_check;
/* The same from TD_FATAL on, for a TD that was found by a page of its. */
uint64_t host_check_td(const struct trap_frame *host,
		       const struct td *td) must_check;

/* seamcall.c: the OP_STATEs in which a leaf may run, and their bits. */
unsigned int host_leaf_states(uint64_t rax);
#define STATE_BIT(op_state) (1U << (op_state))

/* The version of the leaf in RAX. */
static inline unsigned int host_version(const struct trap_frame *host)
{
	return (host->rax >> 16) & 0xff;
}

#endif
