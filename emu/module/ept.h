/* SPDX-License-Identifier: MIT */
/* Nested page faults: what a guest's access to a missing page becomes. */
#ifndef EMU_MODULE_EPT_H
#define EMU_MODULE_EPT_H

#include "emu/module/state.h"

/* An entry that leads to a table: present, writable, user, accessed, dirty. */
#define EPT_TABLE UINT64_C(0x67)

/* A shared page that is not there: does the host want a #VE for it? */
bool ept_is_convertible(const struct td *td, paddr_t gpa);

/* True: the guest goes on (with a #VE or at once). */
bool ept_handle_violation(struct vcpu *vcpu, struct trap_frame *host);

#endif
