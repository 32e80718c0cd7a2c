/* SPDX-License-Identifier: MIT */
/*
 * lib/insn with bytes that libFuzzer thinks up, judged by Zydis as in
 * tests/unit/insn.c.
 *
 * Links: lib/insn*.c
 * Libraries: -lZydis
 */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/insn_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[INSN_LENGTH_MAX + 8] = { 0 };

	if (!registers[0])
		check_init();
	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	check(bytes);
	check_bounds(bytes);
	return fuzz_verdict();
}
