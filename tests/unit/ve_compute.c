/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic and its flags, as the CPU does it for the #VE handler, against a
 * second definition by wider integers: every pair of bytes with every
 * operation, random and extreme values for the larger sizes.
 *
 * Links: arch/x86/tdx/ve_memory.S
 * Libraries: -Wl,--defsym=tdcall_start=0,--defsym=tdcall_end=0
 */
#include "tests/unit/expect.h"

#include "arch/x86/tdx/ve.h"

#define CF BIT(0)
#define PF BIT(2)
#define AF BIT(4)
#define ZF BIT(6)
#define SF BIT(7)
#define OF BIT(11)
#define ALL (CF | PF | AF | ZF | SF | OF)
/* Not arithmetic: must never change. */
#define OTHERS (UINT64_C(0x3F7700) | 2)

__extension__ typedef __int128 wide;

static wide extended(uint64_t value, unsigned int size)
{
	const unsigned int bits = 8 * size;

	return (wide)((int64_t)(value << (64 - bits)) >> (64 - bits));
}

static wide cut(uint64_t value, unsigned int size)
{
	return (wide)(value & (UINT64_MAX >> (64 - 8 * size)));
}

static uint64_t when(bool is_set, uint64_t flag)
{
	return is_set ? flag : 0;
}

static uint64_t of_result(uint64_t result, unsigned int size)
{
	return when(!(__builtin_popcountll(result & 0xFF) & 1), PF) |
	       when(cut(result, size) == 0, ZF) |
	       when(extended(result, size) < 0, SF);
}

/* sign: 1 adds, -1 subtracts. */
static uint64_t sum(unsigned int size, uint64_t to, uint64_t from,
		    unsigned int carry, int sign, uint64_t *flags)
{
	const wide without = cut(to, size) + sign * (cut(from, size) + carry);
	const wide with = extended(to, size) +
			  sign * (extended(from, size) + carry);
	const int nibble = (int)(to & 15) +
			   sign * ((int)(from & 15) + (int)carry);
	const uint64_t result = (uint64_t)cut((uint64_t)without, size);

	*flags = of_result(result, size) |
		 when(without != cut((uint64_t)without, size), CF) |
		 when(with != extended((uint64_t)with, size), OF) |
		 when(nibble < 0 || nibble > 15, AF);
	return result;
}

static uint64_t bit_op(enum insn_op op, uint64_t to, uint64_t bit)
{
	switch (op) {
	case INSN_BTS:
		return to | bit;
	case INSN_BTR:
		return (to | bit) - bit;
	case INSN_BTC:
		return to & bit ? to - bit : to + bit;
	default:
		return to;
	}
}

static uint64_t expected(enum insn_op op, unsigned int size, uint64_t to,
			 uint64_t from, uint64_t *flags)
{
	const uint64_t bit = BIT(from % (8 * size));
	const bool carry = *flags & CF;
	const uint64_t kept = *flags;
	uint64_t result;

	switch (op) {
	case INSN_ADD:
		return sum(size, to, from, 0, 1, flags);
	case INSN_ADC:
		return sum(size, to, from, carry, 1, flags);
	case INSN_SUB:
	case INSN_CMP:
		return sum(size, to, from, 0, -1, flags);
	case INSN_SBB:
		return sum(size, to, from, carry, -1, flags);
	case INSN_NEG:
		return sum(size, 0, to, 0, -1, flags);
	case INSN_INC:
	case INSN_DEC:
		result = sum(size, to, 1, 0, op == INSN_INC ? 1 : -1, flags);
		*flags = (*flags & ~CF) | (kept & CF);
		return result;
	case INSN_NOT:
		return (uint64_t)cut(~to, size);
	case INSN_AND:
	case INSN_TEST:
		result = to & from;
		break;
	case INSN_OR:
		result = to | from;
		break;
	case INSN_XOR:
		result = to ^ from;
		break;
	default:
		*flags = (*flags & ~CF) | when(to & bit, CF);
		return (uint64_t)cut(bit_op(op, to, bit), size);
	}
	*flags = of_result(result, size);
	return (uint64_t)cut(result, size);
}

static bool is_logic(enum insn_op op)
{
	return op == INSN_AND || op == INSN_OR || op == INSN_XOR ||
	       op == INSN_TEST;
}

/* These set flags alone. */
static bool is_compare(enum insn_op op)
{
	return op == INSN_CMP || op == INSN_TEST;
}

static void check(enum insn_op op, unsigned int size, uint64_t to,
		  uint64_t from, uint64_t before)
{
	uint64_t want_flags = before;
	const uint64_t want = expected(op, size, to, from, &want_flags);
	const struct ve_result got = ve_compute(op - INSN_ADD, size, to, from,
						before | OTHERS);
	const uint64_t value = (uint64_t)cut(got.value, size);
	/* AF is undefined after AND, OR, XOR and TEST. */
	const uint64_t judged = is_logic(op) ? ~AF : UINT64_MAX;

	expect_checks++;
	want_flags |= OTHERS;
	if ((value == want || is_compare(op)) &&
	    !((got.flags ^ want_flags) & judged))
		return;
	expect_checks--;
	printf("op %u, %u bytes, %#" PRIx64 " and %#" PRIx64 ", flags %#"
	       PRIx64 "\n", op, size, to, from, before);
	expect_u64(value, want, "result");
	expect_u64(got.flags & judged, want_flags & judged, "flags");
	if (expect_failures > 20)
		exit(expect_result("ve_compute"));
}

static void check_pair(unsigned int size, uint64_t to, uint64_t from)
{
	static const enum insn_op ops[] = {
		INSN_ADD, INSN_OR, INSN_ADC, INSN_SBB, INSN_AND, INSN_SUB,
		INSN_XOR, INSN_CMP, INSN_TEST, INSN_BT, INSN_BTS, INSN_BTR,
		INSN_BTC, INSN_INC, INSN_DEC, INSN_NOT, INSN_NEG,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		/* The CPU has no bit tests of bytes. */
		if (size == 1 && ops[i] >= INSN_BT)
			continue;
		check(ops[i], size, to, from, 0);
		check(ops[i], size, to, from, ALL);
	}
}

static uint64_t random_u64(void)
{
	static uint64_t state = 0x9E3779B97F4A7C15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void check_size(unsigned int size)
{
	const uint64_t mask = UINT64_MAX >> (64 - 8 * size);
	const uint64_t top = BIT(8 * size - 1);
	const uint64_t extremes[] = {
		0, 1, 15, 16, 0x7F, 0x80, 0xFF, top - 1, top, top + 1,
		mask - 1, mask, mask - 15, 0x5555555555555555 & mask,
	};

	for (size_t i = 0; i < ARRAY_SIZE(extremes); i++)
		for (size_t k = 0; k < ARRAY_SIZE(extremes); k++)
			check_pair(size, extremes[i], extremes[k]);
	for (int i = 0; i < 20000; i++)
		check_pair(size, random_u64(), random_u64());
}

int main(void)
{
	for (uint64_t to = 0; to < 256; to++)
		for (uint64_t from = 0; from < 256; from++)
			check_pair(1, to, from);
	for (unsigned int size = 2; size <= 8; size *= 2)
		check_size(size);
	return expect_result("ve_compute");
}
