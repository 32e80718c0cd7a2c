/* SPDX-License-Identifier: MIT */
/*
 * CPUID, RDMSR, WRMSR and port I/O of a TD: the exits that tables decide.
 * Each returns true: the guest goes on.
 */
#ifndef EMU_MODULE_INSN_H
#define EMU_MODULE_INSN_H

#include "emu/module/state.h"

bool insn_handle_cpuid(struct vcpu *vcpu);
bool insn_handle_msr(struct vcpu *vcpu);
bool insn_handle_io(struct vcpu *vcpu);

/* The SVM permission map for the MSRs that are native; its address. */
paddr_t insn_msr_bitmap(const struct vcpu *vcpu);

/* CPUID of the TD as a whole: nothing of a vCPU is in it. */
struct td_cpuid_context insn_cpuid_of_td(const struct td *td);

#endif
