/* SPDX-License-Identifier: MIT */
/*
 * Device registers that are accessed as memory: MOV, MOVZX and MOVSX in all
 * their forms become one TDVMCALL each.
 *
 * The module reports the address, the text (private memory) says what was
 * meant; only where both agree is anything done.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/tdx/call.h"

static void check_address(struct trap_frame *frame, const struct insn *insn,
			  const struct tdg_veinfo *ve)
{
	const uint64_t linear = ve_address(frame, insn);

	if (ve->qualification & TDX_VE_EPT_GLA_VALID && linear != ve->gla)
		ve_fatal(frame, "MMIO: decoded address is not", ve->gla);
	if ((linear ^ ve->gpa) & PAGE_MASK)
		ve_fatal(frame, "MMIO: decoded offset is not that of",
			 ve->gpa);
	/* The other page may be anybody's. */
	if ((linear & PAGE_MASK) + insn->memory_size > PAGE_SIZE)
		ve_fatal(frame, "MMIO: access crosses a page at", linear);
}

static uint64_t sign_extend(uint64_t value, unsigned int size)
{
	const unsigned int unused_bits = 64 - 8 * size;

	return (uint64_t)((int64_t)(value << unused_bits) >> unused_bits);
}

static void load(struct trap_frame *frame, const struct insn *insn,
		 paddr_t gpa)
{
	const unsigned int size = insn->memory_size;
	struct tdvmcall_result got = tdvmcall_mmio_read(gpa, size);
	uint64_t value;
	uint64_t *reg;

	/* As tdx_mmio_read(): a register that is not there reads as ones. */
	value = tdx_low_bytes(got.status ? UINT64_MAX : got.value, size);
	if (insn->op == INSN_MOVSX)
		value = sign_extend(value, size);
	reg = ve_register(frame, insn->reg & (insn->is_high_byte ? 3 : 15));
	if (insn->is_high_byte)
		ve_write_register(reg, 2, value << 8 | (uint8_t)*reg);
	else
		ve_write_register(reg, insn->operand_size, value);
}

static void store(struct trap_frame *frame, const struct insn *insn,
		  paddr_t gpa)
{
	const unsigned int size = insn->memory_size;
	uint64_t value;

	if (insn->has_immediate)
		value = insn->immediate;
	else if (insn->is_high_byte)
		value = *ve_register(frame, insn->reg & 3) >> 8;
	else
		value = *ve_register(frame, insn->reg);
	tdvmcall_mmio_write(gpa, size, tdx_low_bytes(value, size));
}

int ve_mmio(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	struct insn insn;

	tdx_count_up(TDX_COUNT_VE_MMIO);
	/* The host must not be able to make us read "device" data as memory. */
	if (!(ve->gpa & tdx_gpa_shared))
		ve_fatal(frame, "#VE on private memory: private GPA", ve->gpa);
	ve_decode(frame, &insn);
	if (insn.op != INSN_MOV && insn.op != INSN_MOVZX &&
	    insn.op != INSN_MOVSX)
		ve_fatal(frame, "MMIO: instruction not emulated:",
			 *(const uint64_t *)frame->rip);
	check_address(frame, &insn, ve);
	tdx_count_up(TDX_COUNT_CALL_MMIO);
	if (insn.is_load)
		load(frame, &insn, ve->gpa);
	else
		store(frame, &insn, ve->gpa);
	return insn.length;
}
