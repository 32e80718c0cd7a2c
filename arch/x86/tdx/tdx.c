/* SPDX-License-Identifier: MIT */
/*
 * Is this a TD, and is it one that can be trusted with secrets? Everything
 * here comes from the TDX module, which is trusted; only the host's choice of
 * the TD's parameters is judged.
 */
#include "arch/x86/tdx/tdx.h"

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/call.h"
#include "arch/x86/tdx/trust.h"

static struct tdx_info info;
paddr_t tdx_gpa_shared;

const struct tdx_info *tdx_info(void)
{
	return &info;
}

paddr_t tdx_shared_bit(void)
{
	return tdx_gpa_shared;
}

bool tdx_detect(void)
{
	struct cpuid id;

	/* Above its maximum a CPU answers with the data of another leaf. */
	if (cpu_cpuid(0, 0).eax < TDX_CPUID_LEAF)
		return false;
	id = cpu_cpuid(TDX_CPUID_LEAF, 0);
	return id.ebx == TDX_CPUID_EBX && id.edx == TDX_CPUID_EDX &&
	       id.ecx == TDX_CPUID_ECX;
}

static void read_vpinfo(void)
{
	struct tdg_vpinfo vp;

	if (tdg_vp_info(&vp) != TDX_SUCCESS)
		tdx_report_fatal("tdx: TDG.VP.INFO failed");
	info.gpaw = vp.gpaw & 63;
	if (info.gpaw != 48 && info.gpaw != 52)
		tdx_report_fatal("tdx: GPA width is neither 48 nor 52");
	info.attributes = vp.attributes;
	info.num_vcpus = vp.num_vcpus;
	info.max_vcpus = vp.max_vcpus;
	info.vcpu_index = (uint32_t)vp.vcpu_index;
	tdx_gpa_shared = BIT(info.gpaw - 1);
}

/*
 * The module can raise #VE when it suspects that the host single-steps the
 * TD. Such a #VE may come at any instruction, also where none can be taken
 * (the first instructions of an entry stub), and there is nothing that the
 * handler could do about the host: off, as Linux has it. Old modules lack the
 * field and then raise none, so a failure is no error.
 */
static void disable_notifications(void)
{
	const uint64_t status = tdg_vm_wr(TDX_FIELD_NOTIFY_ENABLES, 0, BIT(0));

	(void)status;
}

/*
 * Where a pending page raises #VE, a host can take a page away that is in use
 * and put a fresh one there: the #VE handler, or a stack that it needs, would
 * run on zeros. With the #VE off such an access ends the TD instead.
 */
static bool disable_pending_ve(void)
{
	uint64_t ctls;

	if (!(info.config_flags & TDX_CONFIG_FLAGS_FLEXIBLE_PENDING_VE))
		return info.attributes & TDX_ATTRIBUTES_SEPT_VE_DISABLE;
	/* Flexible: the attribute is only what the bit started with. */
	if (tdg_vm_wr(TDX_FIELD_TD_CTLS, TDX_TD_CTLS_PENDING_VE_DISABLE,
		      TDX_TD_CTLS_PENDING_VE_DISABLE) != TDX_SUCCESS)
		return false;
	return tdg_vm_rd(TDX_FIELD_TD_CTLS, &ctls) == TDX_SUCCESS &&
	       (ctls & TDX_TD_CTLS_PENDING_VE_DISABLE);
}

void tdx_init(void)
{
	trust_init();
	read_vpinfo();
	disable_notifications();
	/* A module that does not know the field has no flexible anything. */
	if (tdg_vm_rd(TDX_FIELD_CONFIG_FLAGS, &info.config_flags) !=
	    TDX_SUCCESS)
		info.config_flags = 0;
	if (!disable_pending_ve())
		tdx_report_fatal("tdx: host may raise #VE on private pages "
				 "(SEPT_VE_DISABLE=0)");
}

uint64_t tdx_tsc_hz(void)
{
	const struct cpuid id = cpu_cpuid(0x15, 0);

	if (!id.eax || !id.ebx || !id.ecx)
		tdx_report_fatal("tdx: CPUID 0x15 has no TSC frequency");
	return (uint64_t)id.ecx * id.ebx / id.eax;
}
