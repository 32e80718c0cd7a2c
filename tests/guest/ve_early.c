/* SPDX-License-Identifier: MIT */
/*
 * #VE as at the start of the boot: no handler for it yet, and a console from
 * which nothing comes. The host is told all the same.
 * exit: 3
 * expect: reported a fatal error: "virtualization exception at image+0x
 */
#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/trap.h"
#include "arch/x86/trap_entry.h"
#include "kernel/app.h"
#include "tests/guest/check.h"

#define STUB_SIZE 16
#define UART_MCR 0x3FC
#define MCR_LOOP 0x10

int main(void)
{
	const uintptr_t stub = (uintptr_t)(trap_stubs + TRAP_VE * STUB_SIZE);

	trap_set_entry(TRAP_VE, (void (*)(void))stub);
	tdx_io_write(UART_MCR, 1, MCR_LOOP);
	cpu_cpuid(0x40000000, 0);
	tdx_io_write(UART_MCR, 1, 0);
	return check_survived();
}
