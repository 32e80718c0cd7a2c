/* SPDX-License-Identifier: MIT */
/*
 * A TDVMCALL that the module refuses is named, with who called it: the address
 * is main()'s (tests/e2e/fatal.sh).
 * exit: 3
 * expect: TDVMCALL 0xc: OPERAND_INVALID 0x1 at image+
 */
#include "kernel/app.h"
#include "tests/guest/check.h"
#include "arch/x86/tdx/tdcall.h"

int main(void)
{
	/* RSP cannot be exposed. */
	struct tdx_hypercall_args args = {
		.r11 = TDVMCALL_HLT,
		.expose = TDVMCALL_EXPOSE_R10 | TDVMCALL_EXPOSE_R11 | 1 << 4,
	};

	printf("%lu\n", __tdx_hypercall(&args, 0));
	return check_survived();
}
