/* SPDX-License-Identifier: MIT */
/*
 * The host's side of the wall: SEAMCALL and a typed function for each TDH
 * leaf. A function returns the completion status; outputs go through pointers
 * and are only written on success. C and assembly.
 */
#ifndef EMU_VMM_TDH_H
#define EMU_VMM_TDH_H

#include "arch/x86/tdx/abi.h"

#define TDX_SEAMCALL_VMFAILINVALID 0x8000FF00FFFF0000

#define SEAMCALL_ARGS_RCX 0x00
#define SEAMCALL_ARGS_RDX 0x08
#define SEAMCALL_ARGS_R8 0x10
#define SEAMCALL_ARGS_R9 0x18
#define SEAMCALL_ARGS_R10 0x20
#define SEAMCALL_ARGS_R11 0x28

#ifndef __ASSEMBLER__

struct seamcall_args {
	uint64_t rcx, rdx, r8, r9, r10, r11;
};
ASSERT_FIELD(struct seamcall_args, rcx, SEAMCALL_ARGS_RCX, 8);
ASSERT_FIELD(struct seamcall_args, rdx, SEAMCALL_ARGS_RDX, 8);
ASSERT_FIELD(struct seamcall_args, r8, SEAMCALL_ARGS_R8, 8);
ASSERT_FIELD(struct seamcall_args, r9, SEAMCALL_ARGS_R9, 8);
ASSERT_FIELD(struct seamcall_args, r10, SEAMCALL_ARGS_R10, 8);
ASSERT_FIELD(struct seamcall_args, r11, SEAMCALL_ARGS_R11, 8);

/* Registers by their number in ModRM, for TDH.VP.ENTER. */
struct vp_registers {
	uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};
ASSERT_FIELD(struct vp_registers, rcx, 8, 8);
ASSERT_FIELD(struct vp_registers, rsi, 48, 8);
ASSERT_FIELD(struct vp_registers, r15, 120, 8);

uint64_t seamcall_ret(uint64_t leaf, struct seamcall_args *args);
/* regs->rcx names the TDVPR and is replaced by the exit's RCX. */
uint64_t seamcall_vp_enter(struct vp_registers *regs);

uint64_t tdh_sys_init(void) must_check;
uint64_t tdh_sys_lp_init(void) must_check;
uint64_t tdh_sys_config(paddr_t tdmr_pointers, uint64_t count,
			uint16_t hkid) must_check;
uint64_t tdh_sys_key_config(void) must_check;
/* next: where to go on; done when it is not below the region's end. */
uint64_t tdh_sys_tdmr_init(paddr_t tdmr, paddr_t *next) must_check;

uint64_t tdh_mng_create(paddr_t tdr, uint16_t hkid) must_check;
uint64_t tdh_mng_key_config(paddr_t tdr) must_check;
uint64_t tdh_mng_addcx(paddr_t tdr, paddr_t page) must_check;
uint64_t tdh_mng_init(paddr_t tdr, paddr_t td_params) must_check;
uint64_t tdh_vp_create(paddr_t tdr, paddr_t tdvpr) must_check;
uint64_t tdh_vp_addcx(paddr_t tdvpr, paddr_t page) must_check;
uint64_t tdh_vp_init(paddr_t tdvpr, uint64_t rcx) must_check;
uint64_t tdh_vp_rd(paddr_t tdvpr, uint64_t field, uint64_t *value) must_check;
uint64_t tdh_vp_wr(paddr_t tdvpr, uint64_t field, uint64_t value,
		   uint64_t mask) must_check;

uint64_t tdh_mem_sept_add(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page) must_check;
uint64_t tdh_mem_page_add(paddr_t tdr, paddr_t gpa, paddr_t page,
			  paddr_t source) must_check;
uint64_t tdh_mem_page_aug(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page) must_check;
uint64_t tdh_mem_range_block(paddr_t tdr, paddr_t gpa,
			     unsigned int level) must_check;
uint64_t tdh_mem_track(paddr_t tdr) must_check;
uint64_t tdh_mem_page_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page) must_check;
uint64_t tdh_mr_extend(paddr_t tdr, paddr_t gpa) must_check;
uint64_t tdh_mr_finalize(paddr_t tdr) must_check;

#endif
#endif
