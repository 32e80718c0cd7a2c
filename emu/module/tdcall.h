/* SPDX-License-Identifier: MIT */
/* TDCALL: the guest-side interface functions (TDG leaves). */
#ifndef EMU_MODULE_TDCALL_H
#define EMU_MODULE_TDCALL_H

#include "emu/module/state.h"

/*
 * What a TD exit hands to the host: the registers TDH.VP.ENTER returns. The
 * frame is the host's SEAMCALL; true means that the guest goes on at once.
 */
bool tdcall_handle(struct vcpu *vcpu, struct trap_frame *host);

#endif
