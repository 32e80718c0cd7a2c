/* SPDX-License-Identifier: MIT */
/*
 * The host's side of the wall: SEAMCALL and a typed function for each TDH
 * leaf. A function returns the completion status, whose meaning is for the
 * caller to judge; outputs go through pointers and, unless it says otherwise,
 * are written on success only. C and assembly.
 *
 * Some statuses ask for another try, a bounded one: TDX_RND_NO_ENTROPY of the
 * two leaves that draw random numbers, and TDX_OPERAND_BUSY where the guest
 * may hold a Secure EPT entry for the length of one TDCALL. Those functions
 * try again themselves; the last status is the answer.
 */
#ifndef EMU_VMM_TDH_H
#define EMU_VMM_TDH_H

#ifndef __ASSEMBLER__
#include "emu/module/host_abi.h"
#endif

/* Not the module's: SEAMCALL itself failed. */
#define TDX_SEAMCALL_FAULT 0x8000FF0000000000
#define TDX_SEAMCALL_UD (TDX_SEAMCALL_FAULT | 6)
#define TDX_SEAMCALL_GP (TDX_SEAMCALL_FAULT | 13)
#define TDX_SEAMCALL_VMFAILINVALID 0x8000FF00FFFF0000

#ifndef __ASSEMBLER__

#define TDH_TRIES 10

/*
 * SEAMCALL with its operands in RCX and RDX, which are outputs too. Inline,
 * so that a leaf's values are in the registers where they are wanted.
 */
static inline uint64_t seamcall(uint64_t leaf, uint64_t *rcx, uint64_t *rdx)
{
	uint64_t status = leaf;

	__asm__ volatile("call seamcall_path"
			 : "+a"(status), "+c"(*rcx), "+d"(*rdx)
			 :
			 : "cc", "memory");
	return status;
}

/* The same with R8 and R9; R10 and R11 are outputs that nobody wants. */
static inline uint64_t seamcall4(uint64_t leaf, uint64_t *rcx, uint64_t *rdx,
				 uint64_t *r8, uint64_t *r9)
{
	uint64_t status = leaf;
	register uint64_t in_r8 __asm__("r8") = *r8;
	register uint64_t in_r9 __asm__("r9") = *r9;

	__asm__ volatile("call seamcall_path"
			 : "+a"(status), "+c"(*rcx), "+d"(*rdx), "+r"(in_r8),
			   "+r"(in_r9)
			 :
			 : "r10", "r11", "cc", "memory");
	*r8 = in_r8;
	*r9 = in_r9;
	return status;
}

/* Registers by their number in ModRM, for TDH.VP.ENTER. */
struct vp_registers {
	uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};
ASSERT_FIELD(struct vp_registers, rax, 0, 8);
ASSERT_FIELD(struct vp_registers, rcx, 8, 8);
ASSERT_FIELD(struct vp_registers, rsi, 48, 8);
ASSERT_FIELD(struct vp_registers, r15, 120, 8);

/* regs->rcx names the TDVPR and is replaced by the exit's RCX. */
uint64_t seamcall_vp_enter(struct vp_registers *regs);

/*
 * Enters again and again. handle(regs) is called after each exit, with its RAX
 * in there too, and returns the registers for the next entry.
 */
noreturn void
seamcall_vp_run(struct vp_registers *regs,
		struct vp_registers *(*handle)(struct vp_registers *regs));

/* The platform (tdh.c). */
uint64_t tdh_sys_init(void) must_check;
uint64_t tdh_sys_lp_init(void) must_check;
uint64_t tdh_sys_info(paddr_t info, paddr_t cmrs) must_check;
uint64_t tdh_sys_rd(uint64_t field, uint64_t *value) must_check;
uint64_t tdh_sys_config(paddr_t tdmr_pointers, uint64_t count,
			uint16_t hkid) must_check;
uint64_t tdh_sys_key_config(void) must_check;
/* next: where to go on; done when it is not below the region's end. */
uint64_t tdh_sys_tdmr_init(paddr_t tdmr, paddr_t *next) must_check;

/* TDs. */
uint64_t tdh_mng_create(paddr_t tdr, uint16_t hkid) must_check;
uint64_t tdh_mng_key_config(paddr_t tdr) must_check;
uint64_t tdh_mng_addcx(paddr_t tdr, paddr_t page) must_check;
/* cpuid: the leaf that TDX_OPERAND_ID_CPUID_CONFIG is about, written always. */
uint64_t tdh_mng_init(paddr_t tdr, paddr_t td_params,
		      uint64_t *cpuid) must_check;
uint64_t tdh_mng_rd(paddr_t tdr, uint64_t field, uint64_t *value) must_check;
uint64_t tdh_mng_vpflushdone(paddr_t tdr) must_check;
uint64_t tdh_mng_key_freeid(paddr_t tdr) must_check;
uint64_t tdh_mr_extend(paddr_t tdr, paddr_t gpa) must_check;
uint64_t tdh_mr_finalize(paddr_t tdr) must_check;

/* vCPUs. */
uint64_t tdh_vp_create(paddr_t tdr, paddr_t tdvpr) must_check;
uint64_t tdh_vp_addcx(paddr_t tdvpr, paddr_t page) must_check;
uint64_t tdh_vp_init(paddr_t tdvpr, uint64_t rcx, uint32_t x2apic_id)
	must_check;
uint64_t tdh_vp_rd(paddr_t tdvpr, uint64_t field, uint64_t *value) must_check;
uint64_t tdh_vp_wr(paddr_t tdvpr, uint64_t field, uint64_t value,
		   uint64_t mask) must_check;
uint64_t tdh_vp_flush(paddr_t tdvpr) must_check;

/* Memory. A level is 0 for 4 KiB, 1 for 2 MiB and so on; gpa is aligned. */
uint64_t tdh_mem_sept_add(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page) must_check;
uint64_t tdh_mem_page_add(paddr_t tdr, paddr_t gpa, paddr_t page,
			  paddr_t source) must_check;
uint64_t tdh_mem_page_aug(paddr_t tdr, paddr_t gpa, unsigned int level,
			  paddr_t page) must_check;
uint64_t tdh_mem_range_block(paddr_t tdr, paddr_t gpa,
			     unsigned int level) must_check;
uint64_t tdh_mem_range_unblock(paddr_t tdr, paddr_t gpa,
			       unsigned int level) must_check;
uint64_t tdh_mem_track(paddr_t tdr) must_check;
uint64_t tdh_mem_page_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page) must_check;
uint64_t tdh_mem_sept_remove(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t *page) must_check;
/* table: the page for the entries, or the page that held them. */
uint64_t tdh_mem_page_demote(paddr_t tdr, paddr_t gpa, unsigned int level,
			     paddr_t table) must_check;
uint64_t tdh_mem_page_promote(paddr_t tdr, paddr_t gpa, unsigned int level,
			      paddr_t *table) must_check;
/* entry and state: as RCX and RDX show an entry, written always. */
uint64_t tdh_mem_sept_rd(paddr_t tdr, paddr_t gpa, unsigned int level,
			 uint64_t *entry, uint64_t *state) must_check;
uint64_t tdh_mem_rd(paddr_t tdr, paddr_t gpa, uint64_t *value) must_check;
uint64_t tdh_mem_wr(paddr_t tdr, paddr_t gpa, uint64_t *value) must_check;

/* Physical pages. */
struct tdh_page {
	uint64_t type;		/* of the PAMT */
	paddr_t owner;		/* TDR */
	uint64_t level;
	uint64_t epoch;		/* of TDH.MEM.RANGE.BLOCK */
};
uint64_t tdh_phymem_page_rdmd(paddr_t page, struct tdh_page *out) must_check;
uint64_t tdh_phymem_page_reclaim(paddr_t page,
				 struct tdh_page *out) must_check;
/* page: with its key id in the top bits. */
uint64_t tdh_phymem_page_wbinvd(paddr_t page) must_check;
uint64_t tdh_phymem_cache_wb(bool is_resumed) must_check;

#endif
#endif
