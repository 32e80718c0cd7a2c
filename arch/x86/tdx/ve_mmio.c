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

static uint64_t sign_extend(uint64_t value, unsigned int size)
{
	const unsigned int unused_bits = 64 - 8 * size;

	return (uint64_t)((int64_t)(value << unused_bits) >> unused_bits);
}

static uint64_t swap(uint64_t value, unsigned int size)
{
	return __builtin_bswap64(value) >> (64 - 8 * size);
}

/* What is loaded, of the register's size. */
static uint64_t extend(const struct insn *insn, uint64_t value)
{
	if (insn->op == INSN_MOVBE)
		return swap(value, insn->memory_size);
	return tdx_low_bytes(sign_extend(value, insn->memory_size),
			     insn->operand_size);
}

/* MOV, MOVZX, MOVSX, MOVSXD, MOVBE */
static noinline void load(struct ve *ve)
{
	uint64_t value;

	if (!ve_device_read(ve, &value))
		return;
	if (unlikely(ve->insn.op > INSN_MOVZX))
		value = extend(&ve->insn, value);
	ve_set_operand(ve, value);
	ve_end(ve, ve->insn.length);
}

static noinline void store(struct ve *ve)
{
	uint64_t value = ve_operand(ve);

	if (unlikely(ve->insn.op == INSN_MOVBE))
		value = swap(value, ve->insn.memory_size);
	if (ve_device_write(ve, value))
		ve_end(ve, ve->insn.length);
}

static inline void swap_values(uint64_t *a, uint64_t *b)
{
	const uint64_t value = *a;

	*a = *b;
	*b = value;
}

static noinline void exchange(struct ve *ve)
{
	uint64_t value;

	if (!ve_device_read(ve, &value) ||
	    !ve_device_write(ve, ve_operand(ve)))
		return;
	ve_set_operand(ve, value);
	ve_end(ve, ve->insn.length);
}

/* Whether the result goes anywhere: not for CMP, TEST and BT. */
static inline bool has_result(unsigned int op)
{
	return !((BIT(INSN_CMP) | BIT(INSN_TEST) | BIT(INSN_BT)) >> op & 1);
}

static noinline void compute(struct ve *ve)
{
	struct ve_result result;
	uint64_t operand;
	uint64_t value;

	if (!ve_device_read(ve, &value))
		return;
	operand = ve_operand(ve);
	if (insn_is_load(&ve->insn))
		swap_values(&value, &operand);
	result = ve_compute(ve->insn.op - INSN_ADD, ve->insn.memory_size,
			    value, operand, ve->frame.rflags);
	if (has_result(ve->insn.op)) {
		if (insn_is_load(&ve->insn))
			ve_set_operand(ve, result.value);
		else if (!ve_device_write(ve, result.value))
			return;
	}
	ve->frame.rflags = result.flags;
	ve_end(ve, ve->insn.length);
}

/* XMM registers' lowest 4 or 8 bytes; a load clears the rest. */
static noinline void move_scalar(struct ve *ve)
{
	uint64_t value;

	if (insn_is_load(&ve->insn)) {
		if (!ve_device_read(ve, &value))
			return;
		if (insn_has(&ve->insn, INSN_HAS_VEX))
			ve_scalar_set_vex(ve->insn.reg, value);
		else
			ve_scalar_set(ve->insn.reg, value);
	} else if (!ve_device_write(ve,
				    ve_scalar_get(ve->insn.reg))) {
		return;
	}
	ve_end(ve, ve->insn.length);
}

/* A register's words have taken the place of insn. */
static noinline bool load_piece(struct ve *ve)
{
	struct tdvmcall_result got;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	got = tdvmcall_mmio_read(ve->gpa, 8);
	if (unlikely(got.status)) {
		if (!ve_overlook(ve))
			return false;
		got.value = UINT64_MAX;
	}
	ve->words[ve->vector.done] = got.value;
	ve->gpa += 8;
	return true;
}

static noinline bool store_piece(struct ve *ve)
{
	uint64_t status;

	tdx_count_up(TDX_COUNT_CALL_MMIO);
	status = tdvmcall_mmio_write(ve->gpa, 8,
				     ve->words[ve->vector.done]);
	ve->gpa += 8;
	return likely(!status) || ve_overlook(ve);
}

static noinline void load_vector(struct ve *ve)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(ve->words); i++)
		ve->words[i] = 0;
	for (; ve->vector.done < ve->vector.pieces; ve->vector.done++)
		if (!load_piece(ve))
			return;
	if (ve->vector.is_vex)
		ve_vector_set32(ve->vector.number, ve->words);
	else
		ve_vector_set16(ve->vector.number, ve->words);
	ve_end(ve, ve->vector.length);
}

static noinline void store_vector(struct ve *ve)
{
	if (ve->vector.pieces == 4)
		ve_vector_get32(ve->vector.number, ve->words);
	else
		ve_vector_get16(ve->vector.number, ve->words);
	for (; ve->vector.done < ve->vector.pieces; ve->vector.done++)
		if (!store_piece(ve))
			return;
	ve_end(ve, ve->vector.length);
}

/*
 * The whole of a register. VEX instructions get here only where the CPU found
 * AVX enabled.
 */
static noinline void move_vector(struct ve *ve)
{
	const struct insn *insn = &ve->insn;
	const bool is_load = insn_is_load(insn);

	ve->vector = (struct ve_vector){
		.number = insn->reg,
		.length = insn->length,
		.pieces = insn->memory_size / 8,
		.is_vex = insn_has(insn, INSN_HAS_VEX),
	};
	if (is_load)
		load_vector(ve);
	else
		store_vector(ve);
}

/* Strings, bits whose number is in a register, and what is refused. */
static noinline void execute_unusual(struct ve *ve)
{
	struct insn *insn = &ve->insn;

	/* Those reach memory only through the module's or our own #VE. */
	if (!insn_has(insn, INSN_HAS_MEMORY) ||
	    (insn->op > INSN_BTC && insn->op < INSN_MOVS))
		ve_fatal(ve, "#VE: instruction not emulated:", ve_bytes(ve));
	if (insn_has(insn, INSN_HAS_LOCK))
		ve_fatal(ve, "MMIO: LOCK cannot be emulated:", ve_bytes(ve));
	if (insn->op >= INSN_MOVS) {
		ve_string_mmio(ve);
		return;
	}
	if (!insn->has_immediate)
		insn->displacement +=
			insn_bit_displacement(insn, ve_operand(ve));
	ve_check_address(ve, ve_address(ve));
	compute(ve);
}

static noinline noreturn void refuse_private(struct ve *ve)
{
	/* The host must not be able to make us read "device" data as memory. */
	ve_fatal(ve, "#VE on private memory: private GPA", ve->gpa);
}

static inline void execute(struct ve *ve)
{
	const struct insn *insn = &ve->insn;

	if (insn->op <= INSN_MOVBE) {
		if (insn_is_load(insn))
			load(ve);
		else
			store(ve);
	} else if (insn->op == INSN_XCHG) {
		exchange(ve);
	} else if (insn->op == INSN_VECTOR) {
		if (insn->memory_size <= 8)
			move_scalar(ve);
		else
			move_vector(ve);
	} else {
		compute(ve);
	}
}

void ve_mmio(struct ve *ve)
{
	const struct insn *insn = &ve->insn;
	const uint8_t unusual =
		(uint8_t)~(INSN_HAS_MEMORY | INSN_HAS_66 | INSN_HAS_VEX);
	uint64_t linear;

	tdx_count_up(TDX_COUNT_VE_MMIO);
	if (unlikely(!(ve->gpa & tdx_gpa_shared)))
		refuse_private(ve);
	ve_decode(ve);
	if (unlikely(insn->op >= INSN_BT ||
		     !insn_has(insn, INSN_HAS_MEMORY))) {
		execute_unusual(ve);
		return;
	}
	linear = *ve_register(ve, insn->base) +
		 (uint64_t)insn->displacement;
	if (unlikely(insn->traits & unusual)) {
		if (insn_has(insn, INSN_HAS_LOCK)) {
			execute_unusual(ve);
			return;
		}
		linear = ve_unusual_address(ve);
	}
	ve_check_address(ve, linear);
	execute(ve);
}
