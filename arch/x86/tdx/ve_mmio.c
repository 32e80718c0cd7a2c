/* SPDX-License-Identifier: MIT */
/*
 * Device registers that are accessed as memory: moves in all their forms,
 * arithmetic, and SSE and AVX registers in pieces of 8 bytes. Arithmetic on a
 * device and XCHG are a read and a write, as on a bus that cannot be locked;
 * what says LOCK is refused.
 *
 * The module reports the address, the text (private memory) says what was
 * meant; only where both agree is anything done.
 */
#include "arch/x86/tdx/ve.h"

#include "arch/x86/trap.h"
#include "lib/insn_flags.h"

#define INSN_FLAGS                                                     \
	(INSN_FLAG_CF | INSN_FLAG_PF | INSN_FLAG_AF | INSN_FLAG_ZF | \
	 INSN_FLAG_SF | INSN_FLAG_OF)

bool ve_device_read(struct trap_frame *frame, paddr_t gpa, unsigned int size,
		    uint64_t *value)
{
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	got = tdvmcall_mmio_read(gpa, size);
	if (unlikely(got.status)) {
		if (trap_fixup(frame))
			return false;
		got.value = UINT64_MAX;
	}
	*value = tdx_low_bytes(got.value, size);
	return true;
}

bool ve_device_write(struct trap_frame *frame, paddr_t gpa, unsigned int size,
		     uint64_t value)
{
	uint64_t status;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	status = tdvmcall_mmio_write(gpa, size, tdx_low_bytes(value, size));
	return likely(!status) || !trap_fixup(frame);
}

static uint64_t sign_extend(uint64_t value, unsigned int size)
{
	const unsigned int unused_bits = 64 - 8 * size;

	return (uint64_t)((int64_t)(value << unused_bits) >> unused_bits);
}

static uint64_t swap(uint64_t value, unsigned int size)
{
	return __builtin_bswap64(value) >> (64 - 8 * size);
}

/* MOV, MOVZX, MOVSX, MOVSXD, MOVBE */
static noinline bool move(struct trap_frame *frame, const struct insn *insn,
		 paddr_t gpa)
{
	const unsigned int size = insn->memory_size;
	uint64_t value;

	if (!insn->is_load) {
		value = ve_operand(frame, insn);
		if (insn->op == INSN_MOVBE)
			value = swap(value, size);
		return ve_device_write(frame, gpa, size, value);
	}
	if (!ve_device_read(frame, gpa, size, &value))
		return false;
	if (insn->op == INSN_MOVSX)
		value = sign_extend(value, size);
	if (insn->op == INSN_MOVBE)
		value = swap(value, size);
	ve_set_operand(frame, insn, value);
	return true;
}

static noinline bool exchange(struct trap_frame *frame, const struct insn *insn,
		     paddr_t gpa)
{
	uint64_t value;

	if (!ve_device_read(frame, gpa, insn->memory_size, &value) ||
	    !ve_device_write(frame, gpa, insn->memory_size,
			     ve_operand(frame, insn)))
		return false;
	ve_set_operand(frame, insn, value);
	return true;
}

static noinline bool compute(struct trap_frame *frame, const struct insn *insn,
		    paddr_t gpa)
{
	const unsigned int size = insn->memory_size;
	const enum insn_op op = (enum insn_op)insn->op;
	uint64_t flags = frame->rflags;
	uint64_t value;

	if (!ve_device_read(frame, gpa, size, &value))
		return false;
	if (insn->is_load) {
		value = insn_compute(op, size,
				     tdx_low_bytes(ve_operand(frame, insn),
						   size),
				     value, &flags);
		if (insn_has_result(op))
			ve_set_operand(frame, insn, value);
	} else {
		value = insn_compute(op, size, value,
				     tdx_low_bytes(ve_operand(frame, insn),
						   size),
				     &flags);
		if (insn_has_result(op) &&
		    !ve_device_write(frame, gpa, size, value))
			return false;
	}
	frame->rflags = (frame->rflags & ~INSN_FLAGS) | (flags & INSN_FLAGS);
	return true;
}

/* VEX instructions get here only where the CPU found AVX enabled. */
static noinline bool move_vector(struct trap_frame *frame,
				 const struct insn *insn, paddr_t gpa)
{
	const unsigned int size =
		(unsigned int)min_u64(insn->memory_size, 8);
	uint64_t words[4] = { 0 };

	if (!insn->is_load && insn->operand_size == 32)
		ve_vector_get32(insn->reg, words);
	else if (!insn->is_load)
		ve_vector_get16(insn->reg, words);
	for (unsigned int i = 0; i < insn->memory_size / size; i++) {
		const paddr_t at = gpa + 8 * i;

		if (insn->is_load ?
			    !ve_device_read(frame, at, size, &words[i]) :
			    !ve_device_write(frame, at, size, words[i]))
			return false;
	}
	if (insn->is_load && insn->is_vex)
		ve_vector_set32(insn->reg, words);
	else if (insn->is_load)
		ve_vector_set16(insn->reg, words);
	return true;
}

static bool execute(struct trap_frame *frame, const struct insn *insn,
		    paddr_t gpa)
{
	switch (insn->op) {
	case INSN_MOV:
	case INSN_MOVZX:
	case INSN_MOVSX:
	case INSN_MOVBE:
		return move(frame, insn, gpa);
	case INSN_VECTOR:
		return move_vector(frame, insn, gpa);
	case INSN_XCHG:
		return exchange(frame, insn, gpa);
	default:
		return compute(frame, insn, gpa);
	}
}

/* Not what reaches memory only through the module's or our own #VE. */
static bool is_emulated(const struct insn *insn)
{
	return insn->has_memory && insn->op != INSN_INS &&
	       insn->op != INSN_OUTS;
}

int ve_mmio(struct trap_frame *frame, const struct tdg_veinfo *ve)
{
	struct insn insn;
	uint64_t linear;

	tdx_count_up(TDX_COUNT_VE_MMIO);
	/* The host must not be able to make us read "device" data as memory. */
	if (!(ve->gpa & tdx_gpa_shared))
		ve_fatal(frame, "#VE on private memory: private GPA", ve->gpa);
	ve_decode(frame, &insn);
	if (!is_emulated(&insn))
		ve_fatal(frame, "#VE: instruction not emulated:",
			 ve_bytes(frame));
	if (insn.has_lock)
		ve_fatal(frame, "MMIO: LOCK cannot be emulated:",
			 ve_bytes(frame));
	if (insn.op == INSN_MOVS || insn.op == INSN_STOS)
		return ve_string_mmio(frame, ve, &insn);
	if (insn_is_bit_test(&insn) && !insn.has_immediate)
		insn.displacement += insn_bit_displacement(
			&insn, ve_operand(frame, &insn));
	linear = ve_address(frame, &insn);
	ve_check_address(frame, ve, linear, insn.memory_size);
	return execute(frame, &insn, ve->gpa) ? insn.length : VE_FAULTED;
}
