/* SPDX-License-Identifier: MIT */
/*
 * Metadata of a vCPU as its host may access it (MOD, TDH.VP.RD, TDH.VP.WR):
 * all that a production TD shows, but of the VMCS only what KVM uses.
 */
#ifndef EMU_MODULE_VPFIELDS_H
#define EMU_MODULE_VPFIELDS_H

#include "emu/module/metadata.h"
#include "emu/module/state.h"

/*
 * One element of a field, and the identifier of the next one that can be read
 * (metadata_read_next() says more).
 */
must_check uint64_t vpfields_read(struct vcpu *vcpu, uint64_t id,
				  uint64_t *value, uint64_t *next);

/* As metadata_write(). */
must_check uint64_t vpfields_write(struct vcpu *vcpu,
				   const struct metadata_change *change,
				   uint64_t *old);

#endif
