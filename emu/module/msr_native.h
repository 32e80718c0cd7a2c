/* SPDX-License-Identifier: MIT */
/*
 * Native MSRs (TD_MSR_NATIVE) as Intel's CPU has them and QEMU's has not: it
 * takes any value, lets write-only ones be read, and forgets what it has no
 * use for. These exit, and what the CPU would do is done here. Pure. The
 * rules: SDM, Model-Specific Registers and WRMSR.
 */
#ifndef EMU_MODULE_MSR_NATIVE_H
#define EMU_MODULE_MSR_NATIVE_H

#include "lib/types.h"

#define MSR_IA32_SPEC_CTRL 0x48
#define MSR_IA32_DS_AREA 0x600
#define MSR_IA32_UARCH_MISC_CTL 0x1b01

/* What WRMSR wrote where QEMU's CPU has nothing; of a vCPU, 0 at first. */
struct msr_kept {
	uint64_t spec_ctrl;
	uint64_t ds_area;
	uint64_t uarch_misc_ctl;
};

/* Must this access exit, though the MSR is native? */
bool msr_native_exits(uint32_t msr, bool is_write);

/* May it be read, and this value be written? False: #GP. */
bool msr_native_may_read(uint32_t msr);
bool msr_native_may_write(uint32_t msr, uint64_t value);

/* Where the value of an MSR is kept; NULL: QEMU's CPU has it. */
uint64_t *msr_native_kept(struct msr_kept *kept, uint32_t msr);

#endif
