/* SPDX-License-Identifier: MIT */
/*
 * The host-side interface functions, one for each TDH leaf that is there.
 * Operands and outputs are the host's registers in the frame, as MOD gives
 * them; the return value is the completion status.
 */
#ifndef EMU_MODULE_HOST_H
#define EMU_MODULE_HOST_H

#include "emu/module/state.h"

/* host_sys.c: the platform's life cycle */
uint64_t host_sys_init(struct trap_frame *host);
uint64_t host_sys_lp_init(struct trap_frame *host);
uint64_t host_sys_config(struct trap_frame *host);
uint64_t host_sys_key_config(struct trap_frame *host);
uint64_t host_sys_tdmr_init(struct trap_frame *host);
/* Is the platform ready for TDs? TDX_SUCCESS or TDX_SYS_NOT_READY. */
uint64_t host_sys_check_ready(void);

/* host_td.c: TDs and vCPUs */
uint64_t host_mng_create(struct trap_frame *host);
uint64_t host_mng_key_config(struct trap_frame *host);
uint64_t host_mng_addcx(struct trap_frame *host);
uint64_t host_mng_init(struct trap_frame *host);
uint64_t host_vp_create(struct trap_frame *host);
uint64_t host_vp_addcx(struct trap_frame *host);
uint64_t host_vp_init(struct trap_frame *host);
uint64_t host_vp_rd(struct trap_frame *host);
uint64_t host_vp_wr(struct trap_frame *host);
void host_vp_enter(struct trap_frame *host);

/* host_mem.c: memory and measurement */
uint64_t host_mem_sept_add(struct trap_frame *host);
uint64_t host_mem_page_add(struct trap_frame *host);
uint64_t host_mem_page_aug(struct trap_frame *host);
uint64_t host_mem_range_block(struct trap_frame *host);
uint64_t host_mem_track(struct trap_frame *host);
uint64_t host_mem_page_remove(struct trap_frame *host);
uint64_t host_mr_extend(struct trap_frame *host);
uint64_t host_mr_finalize(struct trap_frame *host);

/*
 * The checks that TD-scoped leaves share (MOD, in this order): the TDR
 * operand, TD_FATAL, life cycle, TDCX pages, OP_STATE, which must be one of
 * the bits of states. *td is set on success.
 */
uint64_t host_find_td(uint64_t tdr, unsigned int operand, unsigned int states,
		      struct td **td) must_check;
#define STATE_BIT(op_state) (1U << (op_state))

#endif
