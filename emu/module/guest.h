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

/* Up to GUEST_INSN_MAX bytes at RIP; returns how many could be read. */
size_t guest_fetch(struct vcpu *vcpu, uint8_t bytes[GUEST_INSN_MAX]);

/* Does TDCALL (66 0F 01 CC) stand at RIP? */
bool guest_is_at_tdcall(struct vcpu *vcpu);

#endif
