/* SPDX-License-Identifier: MIT */
/*
 * MSRs: native, #VE, #GP or answered by the module. "MSRs" of the reference.
 * What is read and kept is msr_values.c's; the x2APIC's registers as the CPU
 * virtualises them are apic.c's.
 */
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define VE VECTOR_VE
#define GP VECTOR_GP
#define OK COMPLETED
#define SKIP 0

/*
 * RDMSR takes ECX. Not bits 33:32: QEMU 7.2 looks an MSR up in the permission
 * map with them.
 */
#define HIGH_RCX UINT64_C(0xFFFFFFFC00000000)

/* How RDMSR and WRMSR end; what is written is what was read, or 0. */
struct msr_row {
	const char *name;
	uint32_t msr;
	uint32_t read, write;
};

static const struct msr_row rows[] = {
	{ "msr.tsc", 0x10, OK, VE },
	{ "msr.sgx_lepubkeyhash0", 0x8C, GP, GP },
	{ "msr.sgx_lepubkeyhash3", 0x8F, GP, GP },
	{ "msr.wbinvdp", 0x98, GP, GP },
	{ "msr.wbnoinvdp", 0x99, GP, GP },
	{ "msr.intr_pending", 0x9A, GP, GP },
	{ "msr.smm_monitor_ctl", 0x9B, GP, GP },
	{ "msr.smbase", 0x9E, GP, GP },
	{ "msr.misc_package_ctls_write", 0xBC, SKIP, VE },
	{ "msr.xapic_disable_status", 0xBD, OK, GP },
	{ "msr.arch_capabilities", 0x10A, OK, GP },
	{ "msr.sysenter_cs", 0x174, OK, OK },
	{ "msr.sysenter_esp", 0x175, OK, OK },
	{ "msr.sysenter_eip", 0x176, OK, OK },
	{ "msr.overclocking_status", 0x195, GP, GP },
	{ "msr.misc_enable", 0x1A0, OK, VE },
	{ "msr.debugctl", 0x1D9, OK, OK },
	{ "msr.slam_enable", 0x276, GP, GP },
	{ "msr.pat", 0x277, OK, OK },
	{ "msr.vmx_basic_write", 0x480, SKIP, GP },
	{ "msr.vmx_pinbased", 0x481, VE, GP },
	{ "msr.vmx_procbased", 0x482, VE, GP },
	{ "msr.vmx_entry", 0x484, VE, GP },
	{ "msr.vmx_vmcs_enum", 0x48A, VE, GP },
	{ "msr.sgx_svn_status", 0x500, GP, GP },
	{ "msr.bndcfgs", 0xD90, GP, GP },
	{ "msr.pasid", 0xD93, GP, GP },
	{ "msr.debug_interface_write", 0xC80, SKIP, VE },
	{ "msr.efer", 0xC0000080, OK, OK },
	{ "msr.star", 0xC0000081, OK, OK },
	{ "msr.lstar", 0xC0000082, OK, OK },
	{ "msr.cstar", 0xC0000083, VE, VE },
	{ "msr.fmask", 0xC0000084, OK, OK },
	{ "msr.fs_base", 0xC0000100, OK, OK },
	{ "msr.gs_base", 0xC0000101, OK, OK },
	{ "msr.kernel_gs_base", 0xC0000102, OK, OK },
	{ "msr.tsc_aux", 0xC0000103, OK, OK },
	/* Frequently touched MSRs that are #VE. */
	{ "msr.apic_base", 0x1B, VE, VE },
	{ "msr.platform_id", 0x17, VE, VE },
	{ "msr.feature_control", 0x3A, VE, VE },
	{ "msr.tsc_adjust", 0x3B, VE, VE },
	{ "msr.ucode_write", 0x79, VE, VE },
	{ "msr.ucode_rev", 0x8B, VE, VE },
	{ "msr.platform_info", 0xCE, VE, VE },
	{ "msr.core_capabilities", 0xCF, VE, VE },
	{ "msr.mtrrcap", 0xFE, VE, VE },
	{ "msr.misc_features", 0x140, VE, VE },
	{ "msr.mcg_cap", 0x179, VE, VE },
	{ "msr.mcg_status", 0x17A, VE, VE },
	{ "msr.mcg_ctl", 0x17B, VE, VE },
	{ "msr.therm_status", 0x19C, VE, VE },
	{ "msr.turbo_ratio", 0x1AD, VE, VE },
	{ "msr.power_ctl", 0x1FC, VE, VE },
	{ "msr.mtrr_physbase0", 0x200, VE, VE },
	{ "msr.mtrr_physmask7", 0x20F, VE, VE },
	{ "msr.mtrr_fix64k", 0x250, VE, VE },
	{ "msr.mtrr_fix4k", 0x26F, VE, VE },
	{ "msr.mtrr_def_type", 0x2FF, VE, VE },
	{ "msr.mc0_ctl", 0x400, VE, VE },
	{ "msr.mc_last", 0x47F, VE, VE },
	{ "msr.mcg_ext_ctl", 0x4D0, VE, VE },
	{ "msr.rapl", 0x606, VE, VE },
	{ "msr.rapl_energy", 0x611, VE, VE },
	{ "msr.kvm_wall_clock", 0x4B564D00, VE, VE },
	{ "msr.kvm_poll_control", 0x4B564D05, VE, VE },
	{ "msr.hyperv", 0x40000000, VE, VE },
	/* Not in the table, or outside its ranges. */
	{ "msr.p5_mc_addr", 0, VE, VE },
	{ "msr.unlisted_1fff", 0x1FFF, VE, VE },
	{ "msr.outside_2000", 0x2000, VE, VE },
	{ "msr.outside_bfffffff", 0xBFFFFFFF, VE, VE },
	{ "msr.unlisted_c0001fff", 0xC0001FFF, VE, VE },
	{ "msr.outside_c0002000", 0xC0002000, VE, VE },
	{ "msr.outside_ffffffff", 0xFFFFFFFF, VE, VE },
	/* AMD's: not in the table, so #VE, whatever the CPU below has. */
	{ "msr.amd_vm_cr", 0xC0010114, VE, VE },
	{ "msr.amd_vm_hsave_pa", 0xC0010117, VE, VE },
	{ "msr.amd_syscfg", 0xC0010010, VE, VE },
	/* x2APIC: reserved ones, and those of the host. */
	{ "msr.x2apic_800", 0x800, GP, GP },
	{ "msr.x2apic_801", 0x801, GP, GP },
	{ "msr.x2apic_804", 0x804, GP, GP },
	{ "msr.x2apic_807", 0x807, GP, GP },
	{ "msr.x2apic_829", 0x829, GP, GP },
	{ "msr.x2apic_82e", 0x82E, GP, GP },
	{ "msr.x2apic_831", 0x831, GP, GP },
	{ "msr.x2apic_840", 0x840, GP, GP },
	{ "msr.x2apic_8ff", 0x8FF, GP, GP },
	{ "msr.x2apic_id", 0x802, VE, VE },
	{ "msr.x2apic_version", 0x803, VE, VE },
	{ "msr.x2apic_ldr", 0x80D, VE, VE },
	{ "msr.x2apic_svr", 0x80F, VE, VE },
	{ "msr.x2apic_esr", 0x828, VE, VE },
	{ "msr.x2apic_lvt_cmci", 0x82F, VE, VE },
	{ "msr.x2apic_icr", 0x830, VE, VE },
	{ "msr.x2apic_lvt_timer", 0x832, VE, VE },
	{ "msr.x2apic_lvt_error", 0x837, VE, VE },
	{ "msr.x2apic_initial_count", 0x838, VE, VE },
	{ "msr.x2apic_current_count", 0x839, VE, VE },
	{ "msr.x2apic_83a", 0x83A, VE, VE },
	{ "msr.x2apic_dcr", 0x83E, VE, VE },
};

/* #GP where an attribute or an XFAM component is off. */
struct gated_row {
	const char *name;
	uint32_t msr;
	uint64_t attributes, xfam;
};

static const struct gated_row gated[] = {
	{ "msr.pmc0", 0xC1, ATTRIBUTES_PERFMON, 0 },
	{ "msr.pmc7", 0xC8, ATTRIBUTES_PERFMON, 0 },
	{ "msr.perfevtsel0", 0x186, ATTRIBUTES_PERFMON, 0 },
	{ "msr.offcore_rsp0", 0x1A6, ATTRIBUTES_PERFMON, 0 },
	{ "msr.fixed_ctr0", 0x309, ATTRIBUTES_PERFMON, 0 },
	{ "msr.perf_metrics", 0x329, ATTRIBUTES_PERFMON, 0 },
	{ "msr.perf_global_ctrl", 0x38F, ATTRIBUTES_PERFMON, 0 },
	{ "msr.pebs_enable", 0x3F1, ATTRIBUTES_PERFMON, 0 },
	{ "msr.a_pmc0", 0x4C1, ATTRIBUTES_PERFMON, 0 },
	{ "msr.pkrs", 0x6E1, ATTRIBUTES_PKS, 0 },
	{ "msr.rtit_ctl", 0x570, 0, BIT(8) },
	{ "msr.rtit_addr0", 0x580, 0, BIT(8) },
	{ "msr.u_cet", 0x6A0, 0, BIT(11) },
	{ "msr.s_cet", 0x6A2, 0, BIT(11) },
	{ "msr.pl0_ssp", 0x6A4, 0, BIT(11) },
	{ "msr.uintr", 0x985, 0, BIT(14) },
	{ "msr.lbr_info", 0x1200, 0, BIT(15) },
	{ "msr.lbr_ctl", 0x14CE, 0, BIT(15) },
	{ "msr.lbr_from", 0x1500, 0, BIT(15) },
	{ "msr.xfd", 0x1C4, 0, BIT(18) },
	{ "msr.xfd_err", 0x1C5, 0, BIT(18) },
};

static void expect_end(uint64_t got, uint32_t want, uint64_t reason)
{
	struct ve_info info = trial_ve_info();

	expect(reason == VE_RDMSR ? "RDMSR" : "WRMSR", got, want);
	if (want != VE) {
		expect("VE_INFO", info.status, NO_VALID_VE_INFO);
		return;
	}
	expect("reason", info.reason, reason);
	expect("qualification", info.qualification, 0);
	expect("length", info.length, 2);
}

static void check_row(const struct msr_row *row)
{
	uint64_t value = 0;
	uint64_t end;

	if (row->read) {
		end = trial_rdmsr(row->msr, &value);
		expect_end(end, row->read, VE_RDMSR);
		if (end != OK)
			value = 0;
	}
	if (!row->write)
		return;
	end = trial_wrmsr(row->msr, value);
	expect_end(end, row->write, VE_WRMSR);
}

static void check_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rule_begin(rows[i].name);
		check_row(&rows[i]);
	}
}

static void check_gated(void)
{
	const uint64_t attributes = vm_rd(ATTRIBUTES);
	const uint64_t xfam = vm_rd(XFAM);

	for (size_t i = 0; i < ARRAY_SIZE(gated); i++) {
		const struct msr_row row = {
			gated[i].name, gated[i].msr, GP, GP,
		};

		if (attributes & gated[i].attributes || xfam & gated[i].xfam)
			continue;
		rule_begin(row.name);
		check_row(&row);
	}
}

/* RDMSR: the upper halves of RAX and RDX are cleared, the rest is kept. */
static void registers(void)
{
	static const uint32_t msrs[] = { 0xBD, 0x10A, 0x1A0, 0x1D9, 0x277,
					 0xC0000080, X2APIC_TPR };

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		struct trial before;
		struct trial after;

		trial_fill(&before);
		before.gpr[RCX] = HIGH_RCX | msrs[i];
		after = before;
		trial_run(&after, CODE("\x0F\x32"));
		expect_completed(&after);
		expect("RAX", after.gpr[RAX] >> 32, 0);
		expect("RDX", after.gpr[RDX] >> 32, 0);
		expect("RFLAGS", after.rflags, before.rflags);
		expect_kept(&before, &after, BIT(RAX) | BIT(RDX));
	}
}

static void ve_keeps_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RCX] = HIGH_RCX | 0x1B;
	after = before;
	trial_run(&after, CODE("\x0F\x32"));
	expect_fault(&before, &after, VE);
	expect("reason", trial_ve_info().reason, VE_RDMSR);
}

static void gp_keeps_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RCX] = 0x8C;
	after = before;
	trial_run(&after, CODE("\x0F\x32"));
	expect_fault(&before, &after, GP);
	after = before;
	trial_run(&after, CODE("\x0F\x30"));
	expect_fault(&before, &after, GP);
}

/* Follow virtual CPUID bits. */
static struct trial cpuid(uint64_t leaf)
{
	struct trial trial = { 0 };

	trial.gpr[RAX] = leaf;
	trial_run(&trial, CODE("\x0F\xA2"));
	expect_completed(&trial);
	return trial;
}

static void expect_msr(uint32_t msr, uint32_t want)
{
	const struct msr_row row = { "", msr, want, want };

	check_row(&row);
}

static void mktme_partitioning(void)
{
	expect_msr(0x87, cpuid(7).gpr[RDX] & BIT(18) ? VE : GP);
}

static void umwait_control(void)
{
	expect_msr(0xE1, cpuid(7).gpr[RCX] & BIT(5) ? OK : GP);
}

static void dca(void)
{
	expect_msr(0x1F8, cpuid(1).gpr[RCX] & BIT(18) ? VE : GP);
}

static void tsc_deadline(void)
{
	expect_msr(0x6E0, cpuid(1).gpr[RCX] & BIT(24) ? VE : GP);
}

static void tme(void)
{
	expect_msr(0x982, cpuid(7).gpr[RCX] & BIT(13) ? VE : GP);
}

static const struct rule rules[] = {
	{ "msr.registers", registers },
	{ "msr.ve_keeps_registers", ve_keeps_registers },
	{ "msr.gp_keeps_registers", gp_keeps_registers },
	{ "msr.mktme_partitioning", mktme_partitioning },
	{ "msr.umwait_control", umwait_control },
	{ "msr.dca", dca },
	{ "msr.tsc_deadline", tsc_deadline },
	{ "msr.tme", tme },
};

int main(void)
{
	trial_init();
	check_rows();
	check_gated();
	RULES_CHECK(rules);
	return rules_verdict();
}
