/* SPDX-License-Identifier: MIT */
/*
 * NMIs for vCPUs, as KVM has them: one that is sent is noted, wakes its vCPU,
 * and is given to the module on the way into the guest, by the CPU to which
 * the vCPU belongs. From then on it is the module's; several are one.
 */
#include "emu/vmm/vmm.h"

#define PENDING 1

void vmm_nmi_send(struct vmm_vcpu *vcpu)
{
	vcpu->has_nmi = true;
	vmm_kick(vcpu);
}

void vmm_nmi_pass(struct vmm_vcpu *vcpu)
{
	vcpu->has_nmi = false;
	vmm_td_expect(tdh_vp_wr(vcpu->tdvpr, TDVPS_PEND_NMI, PENDING,
				UINT8_MAX), "TDH.VP.WR");
}
