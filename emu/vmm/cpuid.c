/* SPDX-License-Identifier: MIT */
/* CPUID as KVM answers a TDVMCALL: QEMU's CPU and KVM's own leaves. */
#include "emu/boot/cpu.h"
#include "emu/vmm/vmm.h"

#define KVM_SIGNATURE 0x40000000
#define KVM_FEATURES 0x40000001
#define HYPERVISOR_FIRST 0x40000000
#define HYPERVISOR_LAST 0x4fffffff
#define EXTENDED_FIRST 0x80000000
#define LEAF_TOPOLOGY 0xb
#define LEAF_TOPOLOGY_V2 0x1f
#define FEATURE_NOP_IO_DELAY BIT(1)
#define FEATURE_MSI_EXT_DEST_ID BIT(15)

static void hypervisor_leaf(uint32_t leaf, uint32_t out[4])
{
	if (leaf == KVM_SIGNATURE) {
		out[0] = KVM_FEATURES;
		out[1] = 0x4b4d564b;	/* "KVMK" */
		out[2] = 0x564b4d56;	/* "VMKV" */
		out[3] = 0x4d;		/* "M" */
	} else if (leaf == KVM_FEATURES) {
		out[0] = FEATURE_NOP_IO_DELAY | FEATURE_MSI_EXT_DEST_ID;
	}
}

/* Leaves above the CPU's last would repeat the last one. */
static bool is_known(uint32_t leaf)
{
	uint32_t last[4];

	cpu_cpuid(leaf & EXTENDED_FIRST, 0, last);
	return leaf <= last[0];
}

void vmm_cpuid(struct vmm_vcpu *vcpu, uint32_t leaf, uint32_t subleaf,
	       uint32_t out[4])
{
	out[0] = out[1] = out[2] = out[3] = 0;
	if (leaf >= HYPERVISOR_FIRST && leaf <= HYPERVISOR_LAST)
		hypervisor_leaf(leaf, out);
	else if (is_known(leaf))
		cpu_cpuid(leaf, subleaf, out);
	if (leaf == LEAF_TOPOLOGY || leaf == LEAF_TOPOLOGY_V2)
		out[3] = vcpu->index;
}
