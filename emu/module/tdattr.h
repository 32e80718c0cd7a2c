/* SPDX-License-Identifier: MIT */
/*
 * TDG.MEM.PAGE.ATTR.RD and WR of a TD without L2 VMs: what L1 may do with a
 * page, which cannot be changed.
 */
#ifndef EMU_MODULE_TDATTR_H
#define EMU_MODULE_TDATTR_H

#include "emu/module/state.h"
#include "lib/compiler.h"

/*
 * Operands and results in RCX, RDX and R8. False: nothing is mapped, which is
 * a TD exit; no register has changed.
 */
bool must_check tdattr_read(struct vcpu *vcpu, uint64_t *status);
bool must_check tdattr_write(struct vcpu *vcpu, uint64_t *status);

#endif
