/* SPDX-License-Identifier: MIT */
/*
 * Metadata of the TD: TDG.VM.RD and TDG.VM.WR. "Metadata access" of the
 * reference and what follows it.
 */
#include "tests/conformance/lib/metadata.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

static struct metadata vm_rd_v0(uint64_t field)
{
	return metadata_call(TDG_VM_RD, 0, field, 0xD00D, 0);
}

static struct metadata vm_rd_v1(uint64_t field)
{
	return metadata_call(VERSION(1) | TDG_VM_RD, 0, field, 0xD00D, 0);
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
		const struct metadata got = vm_rd_v0(XFAM ^ BIT(bits[i]));

		expect("status", got.status, 0);
		expect("value", got.value, want);
	}
}

static void rd_operand(void)
{
	expect("1", metadata_call(TDG_VM_RD, 1, ATTRIBUTES, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
	expect("R8", metadata_call(TDG_VM_RD, 1, ATTRIBUTES, 5, 0).value, 0);
	expect("v1 RDX",
	       metadata_call(VERSION(1) | TDG_VM_RD, 1, ATTRIBUTES, 5, 0).next,
	       UINT64_MAX);
	expect("-1",
	       metadata_call(TDG_VM_RD, UINT64_MAX, ATTRIBUTES, 0, 0).status,
	       OPERAND_INVALID(ID_RCX));
}

static void wr_operand(void)
{
	expect("RAX", metadata_call(TDG_VM_WR, 1, NOTIFY_ENABLES, 0, 1).status,
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
	const struct metadata got = vm_rd_v0(NULL_ID);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, 0);
	expect("RDX", got.next, NULL_ID);
}

static void null_id_v1(void)
{
	expect_first_id(vm_rd_v1(NULL_ID));
	expect_first_id(vm_rd_v1(NULL_ID & ~(BIT(52) | BIT(53) | BIT(54))));
}

static void vm_enumeration(void)
{
	expect_enumeration(vm_rd_v1, ATTRIBUTES);
	expect_enumeration(vm_rd_v1, TD_UUID);
	expect_enumeration(vm_rd_v1, RTMR + 23);
}

/* Values. */
static void config_flags(void)
{
	expect("unknown bits", vm_rd_v0(CONFIG_FLAGS).value & ~UINT64_C(7), 0);
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
static struct metadata vm_wr(uint64_t field, uint64_t data, uint64_t mask)
{
	return metadata_call(TDG_VM_WR, 0, field, data, mask);
}

static void notify_enables_linux(void)
{
	const struct metadata got = vm_wr(NOTIFY_ENABLES_LINUX, 0, UINT64_MAX);

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
	expect("MRTD", vm_wr(MRTD, 0, UINT64_MAX).status, FIELD_NOT_WRITABLE);
	expect("RTMR", vm_wr(RTMR, 0, UINT64_MAX).status, FIELD_NOT_WRITABLE);
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
};

int main(void)
{
	trial_init();
	check_readable();
	check_unknown();
	RULES_CHECK(rules);
	return rules_verdict();
}
