/* SPDX-License-Identifier: MIT */
/*
 * CR0, CR3, CR4, EFER and XCR0 of a TD: what it may set, and how QEMU's SVM is
 * made to run it. The rules: MOD, CPU Virtualization, Control Registers.
 */
#ifndef EMU_MODULE_CR_H
#define EMU_MODULE_CR_H

#include "emu/module/state.h"
#include "lib/compiler.h"

/* MOD, Initial State of TD VCPUs. */
#define CR0_INITIAL 0x31
#define CR4_INITIAL 0x40
#define EFER_INITIAL 0x901

/* Puts the guest's registers into the VMCB, in the form that SVM needs. */
void cr_load(struct vcpu *vcpu);

#define CR0_PG BIT(31)

static inline bool cr_is_paging(const struct vcpu *vcpu)
{
	return vcpu->cr0 & CR0_PG;
}

/* Before each entry of a vCPU without paging: its view of memory. */
void cr_refresh_unpaged(struct vcpu *vcpu);

/* Handlers of their exits; each completes or injects. */
void cr_handle_access(struct vcpu *vcpu);
void cr_handle_xsetbv(struct vcpu *vcpu);

/* WRMSR IA32_EFER. False: #VE. */
bool must_check cr_write_efer(struct vcpu *vcpu, uint64_t value);
uint64_t cr_read_efer(const struct vcpu *vcpu);

#endif
