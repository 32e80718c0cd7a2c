/* SPDX-License-Identifier: MIT */
/*
 * RDMSR and WRMSR as a TD sees them (MOD, MSR Virtualization), of module
 * 1.5.01: what each access leads to, and the values that the module makes up.
 * Pure: the caller keeps the vCPU's registers, injects and stores.
 */
#ifndef EMU_MODULE_MSR_H
#define EMU_MODULE_MSR_H

#include "emu/module/cpuid.h"
#include "lib/compiler.h"
#include "lib/types.h"

#define MSR_IA32_XAPIC_DISABLE_STATUS 0xbd
#define MSR_IA32_ARCH_CAPABILITIES 0x10a
#define MSR_IA32_MISC_ENABLE 0x1a0
#define MSR_IA32_DEBUGCTL 0x1d9
#define MSR_IA32_PERF_CAPABILITIES 0x345
#define MSR_IA32_XSS 0xda0
#define MSR_IA32_TSC 0x10
#define MSR_IA32_EFER 0xc0000080

/* x2APIC registers that the CPU virtualises (APIC_NATIVE below). */
#define MSR_X2APIC_TPR 0x808
#define MSR_X2APIC_EOI 0x80b
#define MSR_X2APIC_SELF_IPI 0x83f

struct td_msr_context {
	/* Of the TD and the vCPU; features are looked up by it. */
	const struct td_cpuid_context *cpuid;
	uint64_t arch_capabilities_config; /* TD_PARAMS */
	/* The CPU's own, or 0. */
	uint64_t native_arch_capabilities;
	uint64_t native_perf_capabilities;
	/* Of the vCPU, as the guest reads them. */
	uint64_t efer;
	uint64_t debugctl;
};

enum td_msr_action {
	TD_MSR_NATIVE,	    /* let the CPU do it */
	TD_MSR_VE,	    /* #VE 31 or 32, qualification 0 */
	TD_MSR_GP,	    /* #GP(0) */
	TD_MSR_EMULATED,    /* td_msr_read() or td_msr_write() */
	TD_MSR_APIC_NATIVE, /* virtual-APIC page; writes: td_msr_write_apic() */
	TD_MSR_APIC_VE,	    /* #VE 56 after the write was done */
};

/* What RDMSR or WRMSR of this MSR leads to in the TD. */
must_check enum td_msr_action
td_msr_action(const struct td_msr_context *context, uint32_t msr,
	      bool is_write);

/* Value of an MSR whose read is TD_MSR_EMULATED. */
uint64_t td_msr_read(const struct td_msr_context *context, uint32_t msr);

/*
 * WRMSR of an MSR whose write is TD_MSR_EMULATED: TD_MSR_EMULATED, then the
 * vCPU's register becomes *store, or TD_MSR_VE or TD_MSR_GP.
 */
must_check enum td_msr_action
td_msr_write(const struct td_msr_context *context, uint32_t msr, uint64_t value,
	     uint64_t *store);

/*
 * WRMSR of an x2APIC register that is TD_MSR_APIC_NATIVE: that again, then
 * the CPU's effect is due (TPR, EOI, SELF_IPI), or TD_MSR_GP, or
 * TD_MSR_APIC_VE (SELF_IPI with a vector below 16: stored, then a #VE that
 * leaves RIP behind the instruction).
 */
must_check enum td_msr_action td_msr_write_apic(uint32_t msr, uint64_t value);

#endif
