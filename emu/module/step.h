/* SPDX-License-Identifier: MIT */
/*
 * An interrupt at a chosen instruction boundary (debug_interrupt_after()): the
 * guest is single-stepped by RFLAGS.TF, of which it sees nothing but the flag
 * itself, and that not in the frames of what the module injects. A debugging
 * aid: a guest that uses TF meanwhile is led astray.
 */
#ifndef EMU_MODULE_STEP_H
#define EMU_MODULE_STEP_H

#include "emu/module/state.h"

/* Since an interrupt was asked for; without, nothing else here matters. */
extern bool step_is_used;

/* Before a VM entry, after apic_offer(). */
void step_enter(struct vcpu *vcpu);
/* The VMCB's event has changed since step_enter(). */
void step_event(struct vcpu *vcpu);
/* #DB that was intercepted. */
void step_handle_db(struct vcpu *vcpu);
/* The module has completed an instruction of the guest's. */
void step_count(struct vcpu *vcpu);

#endif
