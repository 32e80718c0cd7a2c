/* SPDX-License-Identifier: MIT */
/*
 * What the arithmetic instructions of lib/insn.h compute, with the flags that
 * the CPU sets. Flags that the SDM leaves undefined are as CPUs have them: AF
 * is 0 after AND, OR, XOR and TEST; BT and its like change CF alone.
 */
#ifndef LIB_INSN_FLAGS_H
#define LIB_INSN_FLAGS_H

#include "lib/insn.h"

#define INSN_FLAG_CF BIT(0)
#define INSN_FLAG_PF BIT(2)
#define INSN_FLAG_AF BIT(4)
#define INSN_FLAG_ZF BIT(6)
#define INSN_FLAG_SF BIT(7)
#define INSN_FLAG_OF BIT(11)

/*
 * The result of op on operands of size bytes (1, 2, 4 or 8; what is above
 * counts for nothing and is 0 in the result). ADD to TEST: both operands;
 * INC, DEC, NOT, NEG: to; BT to BTC: to and, modulo its bits, the number in
 * from. *flags, an RFLAGS, is updated.
 */
uint64_t insn_compute(enum insn_op op, unsigned int size, uint64_t to,
		      uint64_t from, uint64_t *flags);

/* Whether the result goes anywhere: not for CMP, TEST and BT. */
static inline bool insn_has_result(enum insn_op op)
{
	return op != INSN_CMP && op != INSN_TEST && op != INSN_BT;
}

#endif
