/* SPDX-License-Identifier: MIT */
/*
 * What a guest instruction may end in: completion, an exception, a #VE.
 * Injection takes effect at the next VM entry; RIP stays at the instruction.
 */
#ifndef EMU_MODULE_INJECT_H
#define EMU_MODULE_INJECT_H

#include "emu/module/state.h"

#define VECTOR_DB 1
#define VECTOR_NMI 2
#define VECTOR_UD 6
#define VECTOR_DF 8
#define VECTOR_GP 13
#define VECTOR_PF 14
#define VECTOR_VE 20

#define RFLAGS_TF BIT(8)

/*
 * The instruction is done: RIP moves on, STI and MOV SS shadows end, and #DB
 * follows a guest that single-steps.
 */
void vcpu_advance(struct vcpu *vcpu, unsigned int length);

/* #UD, or with an error code of 0 #GP and #DF. Sets RF in the pushed image. */
void inject_exception(struct vcpu *vcpu, unsigned int vector);
/* One that was intercepted, error code, CR2 and all: as if it had not been. */
void inject_again(struct vcpu *vcpu, unsigned int vector);
/* #PF with its error code; CR2 becomes address. */
void inject_page_fault(struct vcpu *vcpu, uint64_t address, uint32_t error);

/*
 * #VE with info (MOD, Virtualization Exception). While the guest has not yet
 * fetched the last one it is #DF instead, and the last one stays.
 */
void inject_ve(struct vcpu *vcpu, const struct ve_info *info);

/*
 * #VE for an instruction: reason and length, all else 0. A length of 0 says
 * that QEMU took for one what is none of Intel's, such as any of these with
 * LOCK: that is #UD.
 */
void inject_ve_instruction(struct vcpu *vcpu, uint32_t reason,
			   unsigned int length);

#endif
