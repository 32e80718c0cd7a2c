/* SPDX-License-Identifier: MIT */
/* One #VE of each kind that the host answers, for places where it is hard. */
#ifndef TESTS_GUEST_VE_SOME_H
#define TESTS_GUEST_VE_SOME_H

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdcall.h"
#include "arch/x86/tdx/tdx.h"
#include "tests/guest/check.h"
#include "tests/guest/ve_cases.h"

#define VE_SOME_COUNT 4

static inline uint64_t ve_some_counted(void)
{
	return tdx_count(TDX_COUNT_VE_CPUID) + tdx_count(TDX_COUNT_VE_IO) +
	       tdx_count(TDX_COUNT_VE_RDMSR);
}

/* Raises VE_SOME_COUNT of them; true when all answers are right. */
static inline bool ve_some(void)
{
	const uint64_t flags = cpu_read_flags();
	const uint64_t before = ve_some_counted();
	struct ve_registers out = {
		.rax = (uint8_t)before, .rdx = 0x3FF, .rflags = flags,
	};
	struct ve_registers in = { .rdx = 0x3FF, .rflags = flags };
	struct cpuid want;
	uint64_t id;

	if (tdvmcall_cpuid(0x40000000, 0, &want) || tdx_rdmsr(0x802, &id))
		return false;
	ve_case_run(ve_out8, &out);
	ve_case_run(ve_in8, &in);
	return cpu_cpuid(0x40000000, 0).ebx == want.ebx &&
	       cpu_rdmsr(0x802) == id && in.rax == (uint8_t)before &&
	       /* Arithmetic flags aside, as it was. */
	       !((cpu_read_flags() ^ flags) & RFLAGS_IF) &&
	       !((in.rflags ^ flags) & RFLAGS_IF) &&
	       ve_some_counted() == before + VE_SOME_COUNT;
}

#endif
