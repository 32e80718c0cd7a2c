/* SPDX-License-Identifier: MIT */
/*
 * A guest's memory as its CPU would reach it, and the instruction at RIP.
 * Pointers stay valid until the next TD exit to the host.
 */
#ifndef EMU_MODULE_GUEST_H
#define EMU_MODULE_GUEST_H

#include "emu/module/state.h"
#include "lib/compiler.h"

#define GUEST_INSN_MAX 15

/* Memory behind a guest physical address, private or shared; NULL: none. */
void *guest_pointer(struct td *td, paddr_t gpa);

/*
 * Guest linear to guest physical address by the guest's page tables, without
 * regard to permissions. False: not present, or a mode that is not known.
 */
bool must_check guest_translate(struct vcpu *vcpu, uint64_t linear,
				paddr_t *gpa);

/* Linear address of RIP. */
uint64_t guest_rip(const struct vcpu *vcpu);

/* Where the fetch of the instruction at RIP met gpa: there or a page later. */
uint64_t guest_fetch_address(const struct vcpu *vcpu, paddr_t gpa);

/* Up to GUEST_INSN_MAX bytes at RIP; returns how many could be read. */
size_t guest_fetch(struct vcpu *vcpu, uint8_t bytes[GUEST_INSN_MAX]);

/* Does TDCALL stand there? */
static inline bool guest_is_tdcall(const uint8_t *bytes)
{
	uint32_t opcode;

	__builtin_memcpy(&opcode, bytes, sizeof(opcode));
	return opcode == UINT32_C(0xcc010f66);
}

/* Does TDCALL stand at RIP? */
bool guest_is_at_tdcall(struct vcpu *vcpu);

static inline unsigned int guest_tdcall_site(uint64_t rip)
{
	return rip / sizeof(struct tdcall_site) % TDCALL_SITES;
}

/*
 * Does one that was found before, in 64-bit mode? A guess that is checked:
 * stale translations cannot spell TDCALL.
 */
static inline bool guest_is_at_tdcall_again(const struct vcpu *vcpu)
{
	const uint64_t rip = vcpu->vmcb.rip;
	const struct tdcall_site *site =
		&vcpu->tdcall_sites[guest_tdcall_site(rip)];

	return site->rip == rip && site->cr3 == vcpu->vmcb.cr3 &&
	       guest_is_tdcall(site->bytes) && vcpu_is_64bit(vcpu);
}

#endif
