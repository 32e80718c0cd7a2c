/* SPDX-License-Identifier: MIT */
/*
 * What SVM does not report and VMX does: instruction lengths, the linear
 * address of a nested page fault, the operands of a control-register access.
 * Decoded with Zydis, so that the kernel's own decoder is judged by another.
 */
#ifndef EMU_MODULE_DECODE_H
#define EMU_MODULE_DECODE_H

#include "emu/module/state.h"
#include "lib/compiler.h"

void decode_init(void);

/* Length of the instruction at RIP; 0: it cannot be read or decoded. */
unsigned int decode_length(struct vcpu *vcpu);

/*
 * The linear address at which the instruction at RIP touched gpa, checked
 * against the guest's page tables. False: no operand leads there, *linear is 0.
 */
bool must_check decode_linear_address(struct vcpu *vcpu, paddr_t gpa,
				      uint64_t *linear);

/* What SVM does not tell apart from others. */
enum decode_kind {
	DECODE_OTHER,
	DECODE_TDCALL,
	DECODE_SEAMCALL,
	DECODE_VMCALL,
	DECODE_INVD,
};
/* The instruction at RIP and its length, which is 0 if it is none. */
enum decode_kind decode_kind(struct vcpu *vcpu, unsigned int *length);

/* VMX, instruction information of the INS or OUTS at RIP. */
uint32_t decode_string_io(struct vcpu *vcpu);

enum cr_access_type {
	CR_MOV_TO = 0,
	CR_MOV_FROM = 1,
	CR_CLTS = 2,
	CR_LMSW = 3,
};

struct cr_access {
	enum cr_access_type type;
	unsigned int cr;
	unsigned int gpr;	/* MOV */
	uint64_t value;		/* MOV to: the register; LMSW: 16 bits */
	bool is_memory;		/* LMSW */
	unsigned int length;
};
bool must_check decode_cr_access(struct vcpu *vcpu, struct cr_access *access);

#endif
