/* SPDX-License-Identifier: MIT */
/*
 * Power-off through the ICH9's PM1a control register, at the place where
 * QEMU's q35 firmware, and boot/tdvf, puts it: SLP_EN, and S5 as sleep type 0.
 */
#include "kernel/power.h"

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/panic.h"
#include "kernel/time.h"

#define PM1A_CONTROL 0x604
#define PM1_SLP_EN 0x2000

/* The host answers the write first and powers off some time later. */
#define PATIENCE (3 * NSEC_PER_SEC)

void power_off(void)
{
	uint64_t deadline;

	cpu_irq_disable();
	tdx_io_write(PM1A_CONTROL, 2, PM1_SLP_EN);
	deadline = time_now() + PATIENCE;
	while (time_now() < deadline)
		cpu_pause();
	panic("host: the TD was not powered off");
}
