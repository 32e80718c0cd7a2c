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
#define MSR_MTRR_FIXED_64K 0x250
#define MSR_MTRR_FIXED_16K_FIRST 0x258
#define MSR_MTRR_FIXED_16K_LAST 0x259
#define MSR_MTRR_FIXED_4K_FIRST 0x268
#define MSR_MTRR_FIXED_4K_LAST 0x26f
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
/* Of IA32_MTRR_DEF_TYPE: both enables, the type. */
#define MTRR_DEFAULT_BITS UINT64_C(0xcff)
#define TYPE_MAX 7

/* What is written and read back, for nobody else's use. */
static struct kept {
	uint64_t pat;
	uint64_t power_ctl;
	uint64_t mtrr_default;
	uint64_t mtrr_variable[MSR_MTRR_LAST - MSR_MTRR_FIRST + 1];
	uint64_t mtrr_fixed[11];
} kept[VMM_MAX_VCPUS];

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

void vmm_msr_attach(const struct vmm_vcpu *vcpu)
{
	kept[vcpu->index].pat = PAT_INITIAL;
}

/* NULL: it is not one of these. */
static uint64_t *find_kept(const struct vmm_vcpu *vcpu, uint32_t msr)
{
	struct kept *all = &kept[vcpu->index];

	if (is_between(msr, MSR_MTRR_FIRST, MSR_MTRR_LAST))
		return &all->mtrr_variable[msr - MSR_MTRR_FIRST];
	if (msr == MSR_MTRR_FIXED_64K)
		return &all->mtrr_fixed[0];
	if (is_between(msr, MSR_MTRR_FIXED_16K_FIRST, MSR_MTRR_FIXED_16K_LAST))
		return &all->mtrr_fixed[1 + msr - MSR_MTRR_FIXED_16K_FIRST];
	if (is_between(msr, MSR_MTRR_FIXED_4K_FIRST, MSR_MTRR_FIXED_4K_LAST))
		return &all->mtrr_fixed[3 + msr - MSR_MTRR_FIXED_4K_FIRST];
	switch (msr) {
	case MSR_PAT:
		return &all->pat;
	case MSR_POWER_CTL:
		return &all->power_ctl;
	case MSR_MTRR_DEFAULT:
		return &all->mtrr_default;
	default:
		return NULL;
	}
}

/* Each byte is a memory type (SDM, Memory Types): UC, WC, WT, WP, WB, and in
 * PAT UC-. */
static bool are_types(uint64_t value, unsigned int allowed)
{
	for (unsigned int i = 0; i < 64; i += 8) {
		const unsigned int type = value >> i & 0xff;

		if (type > TYPE_MAX || !(allowed & 1U << type))
			return false;
	}
	return true;
}

static bool is_valid(uint32_t msr, uint64_t value)
{
	if (msr == MSR_PAT)
		return are_types(value, 0xf3);
	if (msr == MSR_MTRR_DEFAULT)
		return !(value & ~MTRR_DEFAULT_BITS) &&
		       are_types(value & 0xff, 0x73);
	if (is_between(msr, MSR_MTRR_FIXED_64K, MSR_MTRR_FIXED_4K_LAST))
		return are_types(value, 0x73);
	return true;
}

/* Read as zero; writes are taken and forgotten. */
static bool is_ignored(uint32_t msr)
{
	switch (msr) {
	case MSR_UCODE_REV:
	case MSR_MISC_FEATURES:
	case MSR_MCG_STATUS:
	case MSR_MCG_CTL:
	case MSR_MISC_ENABLE:
	case MSR_KVM_POLL_CONTROL:
		return true;
	default:
		return is_between(msr, MSR_MC_FIRST, MSR_MC_LAST);
	}
}

/* Read as zero: KVM's own state of them, which a TD does not use. */
static bool is_read_only(uint32_t msr)
{
	return msr == MSR_EFER || msr == MSR_ARCH_CAPABILITIES ||
	       msr == MSR_PLATFORM_INFO || msr == MSR_MCG_CAP;
}

bool vmm_msr_read(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t *value)
{
	const uint64_t *stored = find_kept(vcpu, msr);

	*value = stored ? *stored : 0;
	if (is_lapic(msr))
		return vmm_x2apic_read(vcpu, msr, value);
	if (msr == MSR_APIC_BASE)
		*value = APIC_BASE_X2APIC |
			 (vcpu->index == 0 ? APIC_BASE_BSP : 0);
	else if (msr == MSR_FEATURE_CONTROL)
		*value = FEATURE_CONTROL_LOCKED;
	else if (msr == MSR_MTRR_CAP)
		*value = MTRR_CAP;
	else
		return stored || is_ignored(msr) || is_read_only(msr);
	return true;
}

bool vmm_msr_write(struct vmm_vcpu *vcpu, uint32_t msr, uint64_t value)
{
	uint64_t *stored;

	if (is_lapic(msr))
		return vmm_x2apic_write(vcpu, msr, value);
	stored = find_kept(vcpu, msr);
	if (!stored)
		return is_ignored(msr);
	if (!is_valid(msr, value))
		return false;
	*stored = value;
	return true;
}
