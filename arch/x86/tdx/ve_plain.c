/* SPDX-License-Identifier: MIT */
/*
 * The device registers of ordinary drivers: MOV and MOVZX with one base
 * register. Says what ve_entry has to do; anything that is out of the ordinary
 * in the least is left to ve_mmio().
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/image.h"
#include "lib/insn_plain.h"

/*
 * A device of the kernel's, accessed by its text, and not so near to the end
 * of a page that it could go over it.
 */
static inline bool is_ours(uint64_t rip, paddr_t gpa, uint64_t gla)
{
	const uint64_t start = (uintptr_t)__text_start;
	const uint64_t end = (uintptr_t)__text_end;

	return gpa & tdx_gpa_shared && gla >> 63 &&
	       !((gla ^ gpa) & PAGE_MASK) &&
	       (gla & PAGE_MASK) <= PAGE_SIZE - 8 &&
	       rip - start < end - start - INSN_LENGTH_MAX;
}

struct ve_plain ve_mmio_plain(struct trap_frame *frame, paddr_t gpa,
			      uint64_t gla)
{
	struct ve_plain plain = { .length = 0 };
	struct insn_plain insn;
	uint64_t *reg;

	if (unlikely(!is_ours(frame->rip, gpa, gla) ||
		     !insn_decode_plain(&insn, (const uint8_t *)frame->rip)))
		return plain;
	reg = ve_register(frame, insn_plain_base(&insn));
	if (unlikely(*reg + (uint64_t)insn.displacement != gla))
		return plain;
	plain.length = (uint8_t)insn.length;
	plain.operand_size = (uint8_t)insn_plain_operand(&insn);
	plain.memory_size = (uint8_t)insn_plain_memory(&insn);
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
