/* SPDX-License-Identifier: MIT */
/*
 * Metadata of the vCPU and of the module: TDG.VP.RD and WR, TDG.SYS.RD; and
 * the leaves that a TD without L2 VMs and bindings cannot use.
 * "Metadata access" of the reference and what follows it.
 */
#include "kernel/page.h"
#include "tests/conformance/lib/metadata.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

static uint64_t *page; /* an operand */

static struct metadata vp_rd(uint64_t field)
{
	return metadata_call(TDG_VP_RD, 0, field, 0xD00D, 0);
}

static struct metadata sys_rd(uint64_t field)
{
	return metadata_call(TDG_SYS_RD, 0, field, 0xD00D, 0);
}

static void vp_enumeration(void)
{
	expect_enumeration(vp_rd, VCPU_INDEX);
	expect_enumeration(vp_rd, CPUID_SUPERVISOR_VE);
}

static void sys_enumeration(void)
{
	expect_enumeration(sys_rd, VENDOR_ID);
	expect_enumeration(sys_rd, TDX_FEATURES0);
}

/* TDG.VP.RD and WR. */
static void vp_operand(void)
{
	expect("RD", metadata_call(TDG_VP_RD, 1, VCPU_INDEX, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
	expect("RD, R8", metadata_call(TDG_VP_RD, 1, VCPU_INDEX, 5, 0).value,
	       0);
	expect("RD, RDX", metadata_call(TDG_VP_RD, 1, VCPU_INDEX, 0, 0).next,
	       UINT64_MAX);
	expect("WR", metadata_call(TDG_VP_WR, 1, CPUID_USER_VE, 0, 1).status,
	       OPERAND_INVALID(ID_RCX));
}

static void vp_index(void)
{
	const struct metadata got = vp_rd(VCPU_INDEX);

	expect("status", got.status, 0);
	expect("R8", got.value, 0);
	expect_true("RDX is the next", got.next != VCPU_INDEX);
}

static void vp_unknown(void)
{
	const struct metadata got = vp_rd(0xA020000200000FFF);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, UINT64_MAX);
}

static void vp_null_id(void)
{
	expect_first_id(vp_rd(NULL_ID));
}

static void vp_read_only(void)
{
	expect("status", metadata_call(TDG_VP_WR, 0, VCPU_INDEX, 1, 1).status,
	       FIELD_NOT_WRITABLE);
}

/* TDG.VP.CPUIDVE.SET is also reachable as VP metadata. */
static void vp_cpuid_flags_follow(void)
{
	expect("SET", tdcall3(TDG_VP_CPUIDVE_SET, 1, 0), 0);
	expect("supervisor", vp_rd(CPUID_SUPERVISOR_VE).value & 1, 1);
	expect("user", vp_rd(CPUID_USER_VE).value & 1, 0);
	expect("SET", tdcall3(TDG_VP_CPUIDVE_SET, 2, 0), 0);
	expect("supervisor", vp_rd(CPUID_SUPERVISOR_VE).value & 1, 0);
	expect("user", vp_rd(CPUID_USER_VE).value & 1, 1);
	expect("SET", tdcall3(TDG_VP_CPUIDVE_SET, 0, 0), 0);
	expect("user", vp_rd(CPUID_USER_VE).value & 1, 0);
}

static void vp_cpuid_flags_written(void)
{
	struct trial trial = { 0 };
	struct metadata got;

	expect("WR",
	       metadata_call(TDG_VP_WR, 0, CPUID_SUPERVISOR_VE, 1, UINT64_MAX)
		       .status,
	       0);
	trial_run(&trial, CODE("\x0F\xA2"));
	expect("CPUID", trial.vector, VECTOR_VE);
	expect("reason", trial_ve_info().reason, VE_CPUID);
	got = metadata_call(TDG_VP_WR, 0, CPUID_SUPERVISOR_VE, 0, UINT64_MAX);
	expect("previous value", got.value & 1, 1);
	trial_run(&trial, CODE("\x0F\xA2"));
	expect_completed(&trial);
}

/* CPUID_CONTROL: bits 1:0 of each entry are writable. */
static void vp_cpuid_control(void)
{
	expect("RD", vp_rd(CPUID_CONTROL).status, 0);
	expect("initially", vp_rd(CPUID_CONTROL).value, 0);
	expect("WR", metadata_call(TDG_VP_WR, 0, CPUID_CONTROL, 2, 3).status,
	       0);
	expect("RD", vp_rd(CPUID_CONTROL).value, 2);
	expect("WR", metadata_call(TDG_VP_WR, 0, CPUID_CONTROL, 0, 3).status,
	       0);
	expect("bit 2", metadata_call(TDG_VP_WR, 0, CPUID_CONTROL, 4, 7).status,
	       FIELD_VALUE_NOT_VALID);
}

/* TDG.SYS.RD. */
static void sys_vendor(void)
{
	const struct metadata got = sys_rd(VENDOR_ID);

	expect("status", got.status, 0);
	expect("R8", got.value, 0x8086);
	expect_true("RDX is the next", got.next != VENDOR_ID);
}

static void sys_rcx_ignored(void)
{
	expect("status", metadata_call(TDG_SYS_RD, 77, VENDOR_ID, 0, 0).status,
	       0);
}

static void sys_features(void)
{
	const uint64_t features = sys_rd(TDX_FEATURES0).value;

	expect("NUM_TDX_FEATURES", sys_rd(NUM_TDX_FEATURES).value, 1);
	expect("SEALING, TOPOLOGY_ENUM", features & (BIT(12) | BIT(20)), 0);
	expect("TDG_VP_RDWR", features & BIT(3), BIT(3));
	expect("NO_RBP_MOD", features & BIT(18), BIT(18));
}

static void sys_unknown(void)
{
	const struct metadata got = sys_rd(0x0A00000300000FFF);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, UINT64_MAX);
}

static void sys_null_id(void)
{
	expect_first_id(sys_rd(NULL_ID));
}

/* Leaves that need service TD bindings or L2 VMs. */
static void servtd_not_bound(void)
{
	const uint64_t rd = metadata_call(TDG_SERVTD_RD, 0, XFAM, 0, 0).status;
	const uint64_t wr = metadata_call(TDG_SERVTD_WR, 0, XFAM, 0, 0).status;

	expect("RD, an error", rd >> 63, 1);
	expect("WR, an error", wr >> 63, 1);
	expect_true("RD, not an unknown leaf", rd != OPERAND_INVALID(ID_RAX));
	expect_true("WR, not an unknown leaf", wr != OPERAND_INVALID(ID_RAX));
}

static void vp_enter_operands(void)
{
	expect("RDX unaligned",
	       metadata_call(TDG_VP_ENTER, 0, page_pa(page) + 128, 0, 0).status,
	       OPERAND_INVALID(ID_RDX));
	expect("no such VM",
	       metadata_call(TDG_VP_ENTER, BIT(52), page_pa(page), 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
}

static void invept_operand(void)
{
	expect("bit 0", tdcall3(TDG_VP_INVEPT, 1, 0), OPERAND_INVALID(ID_RCX));
	expect("bit 1", tdcall3(TDG_VP_INVEPT, 2, 0), OPERAND_INVALID(ID_RCX));
	expect("none", tdcall3(TDG_VP_INVEPT, 0, 0), 0);
}

static const struct rule rules[] = {
	{ "vp_rd.operand", vp_operand },
	{ "vp_rd.vcpu_index", vp_index },
	{ "vp_rd.unknown", vp_unknown },
	{ "vp_rd.null_id", vp_null_id },
	{ "vp_rd.enumeration", vp_enumeration },
	{ "vp_wr.read_only", vp_read_only },
	{ "vp_rd.cpuid_flags_follow", vp_cpuid_flags_follow },
	{ "vp_wr.cpuid_flags", vp_cpuid_flags_written },
	{ "vp_wr.cpuid_control", vp_cpuid_control },
	{ "sys_rd.vendor", sys_vendor },
	{ "sys_rd.rcx_ignored", sys_rcx_ignored },
	{ "sys_rd.features", sys_features },
	{ "sys_rd.unknown", sys_unknown },
	{ "sys_rd.null_id", sys_null_id },
	{ "sys_rd.enumeration", sys_enumeration },
	{ "servtd.not_bound", servtd_not_bound },
	{ "vp_enter.operands", vp_enter_operands },
	{ "vp_invept.operand", invept_operand },
};

int main(void)
{
	trial_init();
	page = page_alloc(1);
	RULES_CHECK(rules);
	return rules_verdict();
}
