/* SPDX-License-Identifier: MIT */
/* Arithmetic as on the CPU: SDM, Instruction Set Reference, Flags Affected. */
#include "lib/insn_flags.h"

#define FLAGS_RESULT (INSN_FLAG_PF | INSN_FLAG_ZF | INSN_FLAG_SF)
#define FLAGS_ALL (FLAGS_RESULT | INSN_FLAG_CF | INSN_FLAG_AF | INSN_FLAG_OF)

static uint64_t result_flags(uint64_t result, uint64_t top)
{
	uint64_t parity = result ^ result >> 4;
	uint64_t flags = 0;

	parity ^= parity >> 2;
	parity ^= parity >> 1;
	if (!(parity & 1))
		flags |= INSN_FLAG_PF;
	if (!(result & (top | (top - 1))))
		flags |= INSN_FLAG_ZF;
	if (result & top)
		flags |= INSN_FLAG_SF;
	return flags;
}

/* carries: bit i is what bit i passed on to the next. */
static uint64_t carry_flags(uint64_t carries, bool is_overflow, uint64_t top)
{
	uint64_t flags = 0;

	if (carries & top)
		flags |= INSN_FLAG_CF;
	if (carries & 8)
		flags |= INSN_FLAG_AF;
	if (is_overflow)
		flags |= INSN_FLAG_OF;
	return flags;
}

static uint64_t add(uint64_t to, uint64_t from, uint64_t carry, uint64_t top,
		    uint64_t *flags)
{
	const uint64_t sum = to + from + carry;
	const uint64_t carries = (to & from) | ((to | from) & ~sum);
	const bool is_overflow = (to ^ sum) & (from ^ sum) & top;

	*flags = carry_flags(carries, is_overflow, top);
	return sum;
}

static uint64_t subtract(uint64_t to, uint64_t from, uint64_t borrow,
			 uint64_t top, uint64_t *flags)
{
	const uint64_t rest = to - from - borrow;
	const uint64_t borrows = (~to & from) | (~(to ^ from) & rest);
	const bool is_overflow = (to ^ from) & (to ^ rest) & top;

	*flags = carry_flags(borrows, is_overflow, top);
	return rest;
}

/* ADD to TEST, INC, DEC and NEG; flags but for those of the result. */
static uint64_t arithmetic(enum insn_op op, uint64_t to, uint64_t from,
			   uint64_t top, uint64_t *flags)
{
	const uint64_t carry = *flags & INSN_FLAG_CF;

	*flags = 0;
	switch (op) {
	case INSN_ADD:
		return add(to, from, 0, top, flags);
	case INSN_ADC:
		return add(to, from, carry, top, flags);
	case INSN_INC:
		return add(to, 1, 0, top, flags);
	case INSN_DEC:
		return subtract(to, 1, 0, top, flags);
	case INSN_NEG:
		return subtract(0, to, 0, top, flags);
	case INSN_SBB:
		return subtract(to, from, carry, top, flags);
	case INSN_SUB:
	case INSN_CMP:
		return subtract(to, from, 0, top, flags);
	case INSN_OR:
		return to | from;
	case INSN_XOR:
		return to ^ from;
	default:
		/* AND, TEST */
		return to & from;
	}
}

static uint64_t bit_test(enum insn_op op, uint64_t to, uint64_t bit,
			 uint64_t *flags)
{
	*flags &= ~INSN_FLAG_CF;
	if (to & bit)
		*flags |= INSN_FLAG_CF;
	switch (op) {
	case INSN_BTS:
		return to | bit;
	case INSN_BTR:
		return to & ~bit;
	case INSN_BTC:
		return to ^ bit;
	default:
		return to;
	}
}

uint64_t insn_compute(enum insn_op op, unsigned int size, uint64_t to,
		      uint64_t from, uint64_t *flags)
{
	const uint64_t top = BIT(8 * size - 1);
	const uint64_t mask = top | (top - 1);
	uint64_t changed = FLAGS_ALL;
	uint64_t now = *flags;
	uint64_t result;

	if (op == INSN_NOT)
		return ~to & mask;
	if (op >= INSN_BT && op <= INSN_BTC)
		return bit_test(op, to, BIT(from % (8 * size)), flags) & mask;
	result = arithmetic(op, to, from, top, &now);
	if (op == INSN_INC || op == INSN_DEC)
		changed &= ~INSN_FLAG_CF;
	now |= result_flags(result, top);
	*flags = (*flags & ~changed) | (now & changed);
	return result & mask;
}
