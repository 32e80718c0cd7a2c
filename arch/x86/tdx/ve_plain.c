/* SPDX-License-Identifier: MIT */
/*
 * The device registers of ordinary drivers: MOV and MOVZX with one base
 * register. Says what ve_entry has to do; anything that is out of the ordinary
 * in the least is left to ve_mmio().
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/image.h"
#include "lib/insn_plain.h"

/* A device of the kernel's, accessed by its text. */
static inline bool is_ours(uint64_t rip, paddr_t gpa, uint64_t gla)
{
	const uint64_t start = (uintptr_t)__text_start;
	const uint64_t end = (uintptr_t)__text_end;

	return gpa & tdx_gpa_shared && gla >> 63 &&
	       !((gla ^ gpa) & PAGE_MASK) &&
	       rip - start < end - start - INSN_LENGTH_MAX;
}

static inline bool is_at(struct trap_frame *frame,
			 const struct insn_plain *insn, uint64_t gla)
{
	return *ve_register(frame, insn_plain_base(insn)) +
		       (uint64_t)insn->displacement == gla &&
	       (gla & PAGE_MASK) + insn_plain_memory(insn) <= PAGE_SIZE;
}

struct ve_plain ve_mmio_plain(struct trap_frame *frame, paddr_t gpa,
			      uint64_t gla)
{
	struct ve_plain plain = { .length = 0 };
	struct insn_plain insn;
	uint64_t *reg;

	if (unlikely(!is_ours(frame->rip, gpa, gla) ||
		     !insn_decode_plain(&insn, (const uint8_t *)frame->rip) ||
		     !is_at(frame, &insn, gla)))
		return plain;
	plain.length = (uint8_t)insn.length;
	plain.memory_size = (uint8_t)insn_plain_memory(&insn);
	plain.operand_size = (uint8_t)insn_plain_operand(&insn);
	reg = ve_register(frame, insn_plain_reg(&insn));
	plain.operand = (uintptr_t)reg;
	plain.is_write = !(insn.flags & INSN_PLAIN_LOAD);
	if (!plain.is_write)
		return plain;
	plain.operand = insn.flags & INSN_PLAIN_IMMEDIATE ?
				(uint64_t)insn.immediate : *reg;
	plain.operand = tdx_low_bytes(plain.operand, plain.memory_size);
	return plain;
}
