/* SPDX-License-Identifier: MIT */
/* The MSRs that KVM emulates for a TD (tdx_has_emulated_msr and its kin). */
#include "emu/vmm/vmm.h"

#define MSR_APIC_BASE 0x1b
#define MSR_FEATURE_CONTROL 0x3a
#define MSR_UCODE_REV 0x8b
#define MSR_PLATFORM_INFO 0xce
#define MSR_MTRR_CAP 0xfe
#define MSR_ARCH_CAPABILITIES 0x10a
#define MSR_MISC_FEATURES 0x140
#define MSR_MCG_CAP 0x179
#define MSR_MCG_STATUS 0x17a
#define MSR_MCG_CTL 0x17b
#define MSR_MISC_ENABLE 0x1a0
#define MSR_POWER_CTL 0x1fc
#define MSR_MTRR_FIRST 0x200
#define MSR_MTRR_LAST 0x20f
#define MSR_MTRR_FIXED_FIRST 0x250
#define MSR_MTRR_FIXED_LAST 0x26f
#define MSR_PAT 0x277
#define MSR_MTRR_DEFAULT 0x2ff
#define MSR_MC_FIRST 0x400
#define MSR_MC_LAST 0x47f
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC_FIRST 0x800
#define MSR_X2APIC_TPR 0x808
#define MSR_X2APIC_PPR 0x80a
#define MSR_X2APIC_EOI 0x80b
#define MSR_X2APIC_ISR 0x810
#define MSR_X2APIC_IRR_LAST 0x827
#define MSR_X2APIC_LAST 0x8ff
#define MSR_KVM_POLL_CONTROL 0x4b564d05
#define MSR_EFER 0xc0000080

#define APIC_BASE_X2APIC 0xfee00c00
#define APIC_BASE_BSP 0x100
#define MTRR_CAP 0x508
#define FEATURE_CONTROL_LOCKED 1
#define PAT_INITIAL UINT64_C(0x0007040600070406)

static bool is_between(uint32_t msr, uint32_t first, uint32_t last)
{
	return msr >= first && msr <= last;
}

/* Registers that the module and the CPU virtualise without the host. */
static bool is_virtual_apic(uint32_t msr)
{
	return msr == MSR_X2APIC_TPR || msr == MSR_X2APIC_PPR ||
	       msr == MSR_X2APIC_EOI ||
	       is_between(msr, MSR_X2APIC_ISR, MSR_X2APIC_IRR_LAST);
}

static bool is_lapic(uint32_t msr)
{
	return msr == MSR_TSC_DEADLINE ||
	       (is_between(msr, MSR_X2APIC_FIRST, MSR_X2APIC_LAST) &&
		!is_virtual_apic(msr));
}

/* Read as zero; writes are taken and forgotten. */
static bool is_ignored(uint32_t msr)
{
	switch (msr) {
	case MSR_UCODE_REV:
	case MSR_PLATFORM_INFO:
	case MSR_MISC_FEATURES:
	case MSR_MCG_CAP:
	case MSR_MCG_STATUS:
	case MSR_MCG_CTL:
	case MSR_MISC_ENABLE:
	case MSR_POWER_CTL:
	case MSR_MTRR_DEFAULT:
	case MSR_PAT:
	case MSR_KVM_POLL_CONTROL:
		return true;
	default:
		return is_between(msr, MSR_MTRR_FIRST, MSR_MTRR_LAST) ||
		       is_between(msr, MSR_MTRR_FIXED_FIRST,
				  MSR_MTRR_FIXED_LAST) ||
		       is_between(msr, MSR_MC_FIRST, MSR_MC_LAST);
	}
}

/* Read as zero: KVM's own state of them, which a TD does not use. */
static bool is_read_only(uint32_t msr)
{
	return msr == MSR_EFER || msr == MSR_ARCH_CAPABILITIES;
}

bool vmm_msr_read(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t *value)
{
	*value = 0;
	if (is_lapic(msr))
		return vmm_x2apic_read(vcpu, msr, value);
	if (msr == MSR_APIC_BASE)
		*value = APIC_BASE_X2APIC |
			 (vcpu->index == 0 ? APIC_BASE_BSP : 0);
	else if (msr == MSR_FEATURE_CONTROL)
		*value = FEATURE_CONTROL_LOCKED;
	else if (msr == MSR_MTRR_CAP)
		*value = MTRR_CAP;
	else if (msr == MSR_PAT)
		*value = PAT_INITIAL;
	else
		return is_ignored(msr) || is_read_only(msr);
	return true;
}

bool vmm_msr_write(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t value)
{
	if (is_lapic(msr))
		return vmm_x2apic_write(vcpu, msr, value);
	return is_ignored(msr);
}
