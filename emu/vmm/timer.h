/* SPDX-License-Identifier: MIT */
/*
 * The timer of a vCPU's local APIC: LVT Timer, its counts and divider, and
 * IA32_TSC_DEADLINE. All under the emulator's lock, by the CPU to which the
 * vCPU belongs.
 */
#ifndef EMU_VMM_TIMER_H
#define EMU_VMM_TIMER_H

#include "emu/vmm/vmm.h"

#define TIMER_LVT_MASKED BIT(16)
/* What can be written to LVT Timer: mode, mask, delivery status, vector. */
#define TIMER_LVT_BITS 0x710ff

/* After TDH.VP.INIT. */
void timer_attach(const struct vmm_vcpu *vcpu);

uint32_t timer_lvt(const struct vmm_vcpu *vcpu);
uint32_t timer_initial_count(const struct vmm_vcpu *vcpu);
uint32_t timer_current_count(const struct vmm_vcpu *vcpu);
uint32_t timer_divide(const struct vmm_vcpu *vcpu);
/* 0 once it has fired (SDM). */
uint64_t timer_deadline(const struct vmm_vcpu *vcpu);

/* To or from deadline mode: disarms it. */
void timer_write_lvt(struct vmm_vcpu *vcpu, uint32_t value);
/* Not in deadline mode: nothing happens. */
void timer_write_initial_count(struct vmm_vcpu *vcpu, uint32_t count);
void timer_write_divide(struct vmm_vcpu *vcpu, uint32_t value);
/* In no other mode: nothing happens. */
void timer_write_deadline(struct vmm_vcpu *vcpu, uint64_t deadline);

/* The real timer has rung: posts the interrupt, and answers requests for
 * quotes, if it is time. */
void timer_rings(struct vmm_vcpu *vcpu);
/* A request for a quote has come: it shall ring for that, too. */
void timer_look_again(const struct vmm_vcpu *vcpu);

#endif
