/* SPDX-License-Identifier: MIT */
/*
 * Metadata: TDG.VM.RD and WR, TDG.VP.RD and WR, TDG.SYS.RD and RDALL, and the
 * leaves that a TD without L2 VMs and bindings cannot use. "Metadata access"
 * of the reference and what follows it.
 */
#include "kernel/page.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define FIELDS_LIMIT 4096

struct result {
	uint64_t status, value, next;
};

static struct result call(uint64_t rax, uint64_t rcx, uint64_t field,
			  uint64_t data, uint64_t mask)
{
	struct trial trial;

	trial_fill(&trial);
	trial.gpr[RAX] = rax;
	trial.gpr[RCX] = rcx;
	trial.gpr[RDX] = field;
	trial.gpr[R8] = data;
	trial.gpr[R9] = mask;
	trial_tdcall(&trial);
	return (struct result){
		.status = trial.gpr[RAX],
		.value = trial.gpr[R8],
		.next = trial.gpr[RDX],
	};
}

static struct result vm_rd_v0(uint64_t field)
{
	return call(TDG_VM_RD, 0, field, 0xD00D, 0);
}

static struct result vm_rd_v1(uint64_t field)
{
	return call(VERSION(1) | TDG_VM_RD, 0, field, 0xD00D, 0);
}

static struct result vp_rd(uint64_t field)
{
	return call(TDG_VP_RD, 0, field, 0xD00D, 0);
}

static struct result sys_rd(uint64_t field)
{
	return call(TDG_SYS_RD, 0, field, 0xD00D, 0);
}

/* TD-scope fields a production guest can access. */
struct field_row {
	const char *name;
	uint64_t field;
	unsigned int elements;
};

static const struct field_row readable[] = {
	{ "vm_rd.td_uuid", TD_UUID, 4 },
	{ "vm_rd.num_vcpus", NUM_VCPUS, 1 },
	{ "vm_rd.num_l2_vms", NUM_L2_VMS, 1 },
	{ "vm_rd.attributes", ATTRIBUTES, 1 },
	{ "vm_rd.xfam", XFAM, 1 },
	{ "vm_rd.max_vcpus", MAX_VCPUS, 1 },
	{ "vm_rd.gpaw", GPAW, 1 },
	{ "vm_rd.tsc_frequency", TSC_FREQUENCY, 1 },
	{ "vm_rd.notify_enables", NOTIFY_ENABLES, 1 },
	{ "vm_rd.config_flags", CONFIG_FLAGS, 1 },
	{ "vm_rd.td_ctls", TD_CTLS, 1 },
	{ "vm_rd.mrtd", MRTD, 6 },
	{ "vm_rd.mrconfigid", MRCONFIGID, 6 },
	{ "vm_rd.mrowner", MROWNER, 6 },
	{ "vm_rd.mrownerconfig", MROWNERCONFIG, 6 },
	{ "vm_rd.rtmr", RTMR, 24 },
	{ "vm_rd.servtd_hash", SERVTD_HASH, 6 },
	{ "vm_rd.servtd_num", 0x9910000100000006, 1 },
	{ "vm_rd.pre_import_uuid", 0x9810000300000040, 4 },
};

static void check_readable(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(readable); i++) {
		rule_begin(readable[i].name);
		for (unsigned int j = 0; j < readable[i].elements; j++) {
			const uint64_t field = readable[i].field + j;

			expect("status", vm_rd_v0(field).status, 0);
			expect("version 0 leaves RDX", vm_rd_v0(field).next,
			       field);
		}
	}
}

/* Ids that lead nowhere: R8 = 0, in v1 and VP.RD also RDX = all ones. */
static const struct field_row unknown[] = {
	{ "vm_rd.topology_enum_configured", TOPOLOGY_ENUM_CONFIGURED, 1 },
	{ "vm_rd.unknown_code", 0x1110000300000FFF, 1 },
	{ "vm_rd.unknown_class", 0x3F10000300000000, 1 },
	{ "vm_rd.beyond_array", TD_UUID + 4, 1 },
	{ "vm_rd.reserved_bit_24", ATTRIBUTES | BIT(24), 1 },
	{ "vm_rd.reserved_bit_31", ATTRIBUTES | BIT(31), 1 },
	{ "vm_rd.reserved_bit_47", ATTRIBUTES | BIT(47), 1 },
	{ "vm_rd.reserved_bit_55", ATTRIBUTES | BIT(55), 1 },
	{ "vm_rd.reserved_bit_62", ATTRIBUTES | BIT(62), 1 },
	{ "vm_rd.last_element_in_field", ATTRIBUTES | BIT(34), 1 },
	{ "vm_rd.last_field_in_sequence", ATTRIBUTES | BIT(38), 1 },
};

static void check_unknown(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		const uint64_t field = unknown[i].field;

		rule_begin(unknown[i].name);
		expect("status", vm_rd_v0(field).status, FIELD_ID_INCORRECT);
		expect("R8", vm_rd_v0(field).value, 0);
		expect("v1", vm_rd_v1(field).status, FIELD_ID_INCORRECT);
		expect("v1 R8", vm_rd_v1(field).value, 0);
		expect("v1 RDX", vm_rd_v1(field).next, UINT64_MAX);
	}
}

/* Field id layout: size, inc size, mask valid, context, 63 are ignored. */
static void ignored_bits(void)
{
	static const unsigned int bits[] = { 32, 33, 50, 51, 52, 53, 54, 63 };
	const uint64_t want = vm_rd_v0(XFAM).value;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		const struct result got = vm_rd_v0(XFAM ^ BIT(bits[i]));

		expect("status", got.status, 0);
		expect("value", got.value, want);
	}
}

static void rd_operand(void)
{
	expect("1", call(TDG_VM_RD, 1, ATTRIBUTES, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
	expect("R8", call(TDG_VM_RD, 1, ATTRIBUTES, 5, 0).value, 0);
	expect("v1 RDX", call(VERSION(1) | TDG_VM_RD, 1, ATTRIBUTES, 5,
			      0).next, UINT64_MAX);
	expect("-1", call(TDG_VM_RD, UINT64_MAX, ATTRIBUTES, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
}

static void wr_operand(void)
{
	expect("RAX", call(TDG_VM_WR, 1, NOTIFY_ENABLES, 0, 1).status,
	       OPERAND_INVALID(ID_RCX));
}

static void rd_registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_VM_RD;
	before.gpr[RCX] = 0;
	before.gpr[RDX] = ATTRIBUTES;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX) | BIT(R8));
}

static void null_id_v0(void)
{
	const struct result got = vm_rd_v0(NULL_ID);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, NULL_ID);
}

static void expect_first(struct result got)
{
	expect("status", got.status, FIRST_FIELD_ID_IN_CONTEXT);
	expect("R8", got.value, 0);
	expect_true("RDX is an id", got.next != NULL_ID);
}

static void null_id_v1(void)
{
	expect_first(vm_rd_v1(NULL_ID));
	expect_first(vm_rd_v1(NULL_ID & ~(BIT(52) | BIT(53) | BIT(54))));
}

/* Following RDX from the null id visits each readable field, and ends. */
static unsigned int enumerate(struct result (*rd)(uint64_t field),
			      uint64_t wanted, bool *was_seen)
{
	const uint64_t significant = UINT64_C(0x3F00000000FFFFFF);
	uint64_t field = rd(NULL_ID).next;
	unsigned int count = 0;

	*was_seen = false;
	while (field != NULL_ID && count < FIELDS_LIMIT) {
		const struct result got = rd(field);

		expect("status", got.status, 0);
		*was_seen |= (field & significant) == (wanted & significant);
		if (!rule_passes())
			return count;
		field = got.next;
		count++;
	}
	return count;
}

static void expect_enumeration(struct result (*rd)(uint64_t field),
			       uint64_t wanted)
{
	bool was_seen;
	const unsigned int count = enumerate(rd, wanted, &was_seen);

	expect_true("ends", count < FIELDS_LIMIT);
	expect_true("is not empty", count > 1);
	expect_true("contains a known field", was_seen);
}

static void vm_enumeration(void)
{
	expect_enumeration(vm_rd_v1, ATTRIBUTES);
	expect_enumeration(vm_rd_v1, TD_UUID);
	expect_enumeration(vm_rd_v1, RTMR + 23);
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

/* Values. */
static void config_flags(void)
{
	expect("unknown bits", vm_rd_v0(CONFIG_FLAGS).value & ~UINT64_C(7),
	       0);
}

static void td_ctls_initial(void)
{
	expect("TD_CTLS", vm_rd_v0(TD_CTLS).value,
	       !!(vm_rd_v0(ATTRIBUTES).value & ATTRIBUTES_SEPT_VE_DISABLE));
}

static void xfam_rules(void)
{
	const uint64_t xfam = vm_rd_v0(XFAM).value;

	expect("FIXED1", xfam & 3, 3);
	expect("FIXED0", xfam & ~UINT64_C(0x6DBE7), 0);
	expect("7:5 alike", xfam >> 5 & 7, xfam & BIT(5) ? 7 : 0);
	expect_true("7:5 need 2", !(xfam & BIT(5)) || xfam & BIT(2));
	expect("12:11 alike", xfam >> 12 & 1, xfam >> 11 & 1);
	expect("18:17 alike", xfam >> 18 & 1, xfam >> 17 & 1);
}

static void no_l2_vms(void)
{
	expect("NUM_L2_VMS", vm_rd_v0(NUM_L2_VMS).value, 0);
}

/* Write rules. */
static struct result vm_wr(uint64_t field, uint64_t data, uint64_t mask)
{
	return call(TDG_VM_WR, 0, field, data, mask);
}

static void notify_enables_linux(void)
{
	const struct result got = vm_wr(NOTIFY_ENABLES_LINUX, 0, UINT64_MAX);

	expect("status", got.status, 0);
	expect("R8, the previous value", got.value, 0);
}

static void notify_enables_round_trip(void)
{
	expect("on", vm_wr(NOTIFY_ENABLES, 1, 1).status, 0);
	expect("value", vm_rd_v0(NOTIFY_ENABLES).value, 1);
	expect("off", vm_wr(NOTIFY_ENABLES, 0, UINT64_MAX).status, 0);
	expect("previous", vm_wr(NOTIFY_ENABLES, 0, 1).value, 0);
	expect("value", vm_rd_v0(NOTIFY_ENABLES).value, 0);
}

static void notify_enables_reserved(void)
{
	expect("bit 1", vm_wr(NOTIFY_ENABLES, 2, 3).status,
	       FIELD_VALUE_NOT_VALID);
	expect("value", vm_rd_v0(NOTIFY_ENABLES).value, 0);
	expect("bit 1, mask of it alone", vm_wr(NOTIFY_ENABLES, 2, 2).status,
	       FIELD_NOT_WRITABLE);
}

static void wr_mask_0(void)
{
	expect("status", vm_wr(NOTIFY_ENABLES, 1, 0).status,
	       FIELD_NOT_WRITABLE);
}

static void wr_read_only(void)
{
	expect("ATTRIBUTES", vm_wr(ATTRIBUTES, 0, UINT64_MAX).status,
	       FIELD_NOT_WRITABLE);
	expect("MRTD", vm_wr(MRTD, 0, UINT64_MAX).status,
	       FIELD_NOT_WRITABLE);
	expect("RTMR", vm_wr(RTMR, 0, UINT64_MAX).status,
	       FIELD_NOT_WRITABLE);
	expect("CONFIG_FLAGS", vm_wr(CONFIG_FLAGS, 2, 2).status,
	       FIELD_NOT_WRITABLE);
}

static void wr_unknown(void)
{
	expect("status", vm_wr(TOPOLOGY_ENUM_CONFIGURED, 1, 1).status,
	       FIELD_ID_INCORRECT);
	expect("null id", vm_wr(NULL_ID, 1, 1).status, FIELD_ID_INCORRECT);
}

/* TD_CTLS: bits 1 to 3 belong to newer modules. */
static void td_ctls_newer_bits(void)
{
	for (unsigned int i = 1; i <= 3; i++)
		expect("status", vm_wr(TD_CTLS, BIT(i), BIT(i)).status,
		       FIELD_NOT_WRITABLE);
	expect("LOCK", vm_wr(TD_CTLS, BIT(63), BIT(63)).status,
	       FIELD_NOT_WRITABLE);
}

static void td_ctls_not_flexible(void)
{
	const uint64_t old = vm_rd_v0(TD_CTLS).value;

	expect("FLEXIBLE_PENDING_VE",
	       vm_rd_v0(CONFIG_FLAGS).value & CONFIG_FLEXIBLE_PENDING_VE, 0);
	expect("change", vm_wr(TD_CTLS, old ^ 1, 1).status,
	       FIELD_VALUE_NOT_VALID);
	expect("value", vm_rd_v0(TD_CTLS).value, old);
}

static void td_ctls_same(void)
{
	const uint64_t old = vm_rd_v0(TD_CTLS).value;

	expect("status", vm_wr(TD_CTLS, old, 1).status, 0);
}

/* TDG.VP.RD and WR. */
static void vp_operand(void)
{
	expect("RD", call(TDG_VP_RD, 1, VCPU_INDEX, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
	expect("RD, R8", call(TDG_VP_RD, 1, VCPU_INDEX, 5, 0).value, 0);
	expect("RD, RDX", call(TDG_VP_RD, 1, VCPU_INDEX, 0, 0).next,
	       UINT64_MAX);
	expect("WR", call(TDG_VP_WR, 1, CPUID_USER_VE, 0, 1).status,
	       OPERAND_INVALID(ID_RCX));
}

static void vp_index(void)
{
	const struct result got = vp_rd(VCPU_INDEX);

	expect("status", got.status, 0);
	expect("R8", got.value, 0);
	expect_true("RDX is the next", got.next != VCPU_INDEX);
}

static void vp_unknown(void)
{
	const struct result got = vp_rd(0xA020000200000FFF);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, UINT64_MAX);
}

static void vp_null_id(void)
{
	expect_first(vp_rd(NULL_ID));
}

static void vp_read_only(void)
{
	expect("status", call(TDG_VP_WR, 0, VCPU_INDEX, 1, 1).status,
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

	expect("WR",
	       call(TDG_VP_WR, 0, CPUID_SUPERVISOR_VE, 1, UINT64_MAX).status,
	       0);
	trial_run(&trial, CODE("\x0F\xA2"));
	expect("CPUID", trial.vector, VECTOR_VE);
	expect("reason", trial_ve_info().reason, VE_CPUID);
	expect("previous value",
	       call(TDG_VP_WR, 0, CPUID_SUPERVISOR_VE, 0, UINT64_MAX).value &
		       1, 1);
	trial_run(&trial, CODE("\x0F\xA2"));
	expect_completed(&trial);
}

/* CPUID_CONTROL: bits 1:0 of each entry are writable. */
static void vp_cpuid_control(void)
{
	expect("RD", vp_rd(CPUID_CONTROL).status, 0);
	expect("initially", vp_rd(CPUID_CONTROL).value, 0);
	expect("WR", call(TDG_VP_WR, 0, CPUID_CONTROL, 2, 3).status, 0);
	expect("RD", vp_rd(CPUID_CONTROL).value, 2);
	expect("WR", call(TDG_VP_WR, 0, CPUID_CONTROL, 0, 3).status, 0);
	expect("bit 2", call(TDG_VP_WR, 0, CPUID_CONTROL, 4, 7).status,
	       FIELD_VALUE_NOT_VALID);
}

/* TDG.SYS.RD. */
static void sys_vendor(void)
{
	const struct result got = sys_rd(VENDOR_ID);

	expect("status", got.status, 0);
	expect("R8", got.value, 0x8086);
	expect_true("RDX is the next", got.next != VENDOR_ID);
}

static void sys_rcx_ignored(void)
{
	expect("status", call(TDG_SYS_RD, 77, VENDOR_ID, 0, 0).status, 0);
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
	const struct result got = sys_rd(0x0A00000300000FFF);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, UINT64_MAX);
}

static void sys_null_id(void)
{
	expect_first(sys_rd(NULL_ID));
}

/* TDG.SYS.RDALL. */
static uint64_t *list;

static struct result rdall(uint64_t gpa, uint64_t first)
{
	return call(TDG_SYS_RDALL, 0, gpa, first, 0);
}

static void rdall_operand(void)
{
	const struct result got = rdall(page_pa(list) + 8, NULL_ID);

	expect("status", got.status, OPERAND_INVALID(ID_RDX));
	expect("R8", got.value, UINT64_MAX);
	expect("shared", rdall(page_pa(list) |
			       (vm_rd(GPAW) ? BIT(51) : BIT(47)),
			       NULL_ID).status, OPERAND_INVALID(ID_RDX));
}

static void rdall_once(void)
{
	const struct result got = rdall(page_pa(list), NULL_ID);

	expect("status", got.status, 0);
	expect("R8", got.value, UINT64_MAX);
	expect_true("the list is not empty", list[0] != 0);
}

/* Leaves that need service TD bindings or L2 VMs. */
static void servtd_not_bound(void)
{
	const uint64_t rd = call(TDG_SERVTD_RD, 0, XFAM, 0, 0).status;
	const uint64_t wr = call(TDG_SERVTD_WR, 0, XFAM, 0, 0).status;

	expect("RD, an error", rd >> 63, 1);
	expect("WR, an error", wr >> 63, 1);
	expect_true("RD, not an unknown leaf", rd != OPERAND_INVALID(ID_RAX));
	expect_true("WR, not an unknown leaf", wr != OPERAND_INVALID(ID_RAX));
}

static void vp_enter_operands(void)
{
	expect("RDX unaligned", call(TDG_VP_ENTER, 0, page_pa(list) + 128, 0,
				     0).status, OPERAND_INVALID(ID_RDX));
	expect("no such VM", call(TDG_VP_ENTER, BIT(52), page_pa(list), 0,
				  0).status, OPERAND_INVALID(ID_RCX));
}

static void invept_operand(void)
{
	expect("bit 0", tdcall3(TDG_VP_INVEPT, 1, 0),
	       OPERAND_INVALID(ID_RCX));
	expect("bit 1", tdcall3(TDG_VP_INVEPT, 2, 0),
	       OPERAND_INVALID(ID_RCX));
	expect("none", tdcall3(TDG_VP_INVEPT, 0, 0), 0);
}

static const struct rule rules[] = {
	{ "vm_rd.ignored_bits", ignored_bits },
	{ "vm_rd.operand", rd_operand },
	{ "vm_rd.registers", rd_registers },
	{ "vm_rd.null_id_v0", null_id_v0 },
	{ "vm_rd.null_id_v1", null_id_v1 },
	{ "vm_rd.enumeration", vm_enumeration },
	{ "vm_rd.config_flags_bits", config_flags },
	{ "vm_rd.td_ctls_initial", td_ctls_initial },
	{ "vm_rd.xfam_rules", xfam_rules },
	{ "vm_rd.no_l2_vms", no_l2_vms },
	{ "vm_wr.operand", wr_operand },
	{ "vm_wr.notify_enables_linux", notify_enables_linux },
	{ "vm_wr.notify_enables_round_trip", notify_enables_round_trip },
	{ "vm_wr.notify_enables_reserved", notify_enables_reserved },
	{ "vm_wr.mask_0", wr_mask_0 },
	{ "vm_wr.read_only", wr_read_only },
	{ "vm_wr.unknown", wr_unknown },
	{ "vm_wr.td_ctls_newer_bits", td_ctls_newer_bits },
	{ "vm_wr.td_ctls_not_flexible", td_ctls_not_flexible },
	{ "vm_wr.td_ctls_same", td_ctls_same },
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
	{ "sys_rdall.operand", rdall_operand },
	{ "sys_rdall.once", rdall_once },
	{ "servtd.not_bound", servtd_not_bound },
	{ "vp_enter.operands", vp_enter_operands },
	{ "vp_invept.operand", invept_operand },
};

int main(void)
{
	trial_init();
	list = page_alloc(1);
	check_readable();
	check_unknown();
	RULES_CHECK(rules);
	return rules_verdict();
}
