/* SPDX-License-Identifier: MIT */
/*
 * emu/module/metadata: every identifier of a wide range against a second list
 * of fields, every bit of an identifier, the chain of next fields from the
 * first to the last, and the rules for writes.
 */
#include "tests/unit/expect.h"

#include "emu/module/metadata.h"

#define ID_INCORRECT 0xc0000c0000000000
#define NOT_WRITABLE 0xc0000c0100000000
#define VALUE_NOT_VALID 0xc0000c0300000000
#define FIRST_FIELD 0x00000c0b00000000
#define NULL_ID 0xffffffffffffffff

static uint8_t digests[9][48]; /* MRTD, three ids, four RTMRs, SERVTD_HASH */
static uint8_t control[TD_CPUID_CONTROLS];
static uint64_t notify_enables;
static uint64_t td_ctls;
static unsigned int cpuid_ve;

static struct metadata_context context = {
	.td_uuid = { 0x11, 0x22, 0x33, 0x44 },
	.attributes = 0x10000000,
	.xfam = 0xe7,
	.config_flags = 5,
	.max_vcpus = 4,
	.num_vcpus = 2,
	.tsc_frequency = 84,
	.mrtd = digests[0],
	.mrconfigid = digests[1],
	.mrowner = digests[2],
	.mrownerconfig = digests[3],
	.rtmr = digests[4],
	.servtd_hash = digests[8],
	.notify_enables = &notify_enables,
	.td_ctls = &td_ctls,
	.vcpu_index = 3,
	.cpuid_ve = &cpuid_ve,
	.cpuid_control = control,
};

/* A field: identifier, elements, value of element 0 and its increment. */
struct field {
	enum metadata_scope scope;
	uint64_t id;
	uint32_t elements;
	uint64_t first;
	uint64_t step;
	uint64_t writable;
};

/* Byte i of digest d is 48 * d + i, so qwords step by 8 in each byte. */
#define DIGEST(d) \
	(UINT64_C(0x0706050403020100) + UINT64_C(0x3030303030303030) * (d))
#define STEP 0x0808080808080808

static const struct field fields[] = {
	{ METADATA_TD, 0x8010000300000020, 4, 0x11, 0x11, 0 },
	{ METADATA_TD, 0x9010000200000001, 1, 2, 0, 0 },
	{ METADATA_TD, 0x9010000100000005, 1, 0, 0, 0 },
	{ METADATA_TD, 0x1110000300000000, 1, 0x10000000, 0, 0 },
	{ METADATA_TD, 0x1110000300000001, 1, 0xe7, 0, 0 },
	{ METADATA_TD, 0x1110000200000002, 1, 4, 0, 0 },
	{ METADATA_TD, 0x1110000000000003, 1, 1, 0, 0 },
	{ METADATA_TD, 0x111000010000000c, 1, 84, 0, 0 },
	{ METADATA_TD, 0x9110000300000010, 1, 0, 0, 1 },
	{ METADATA_TD, 0x1110000300000016, 1, 5, 0, 0 },
	{ METADATA_TD, 0x1110000300000017, 1, 1, 0, 1 },
	{ METADATA_TD, 0x1310000300000000, 6, DIGEST(0), STEP, 0 },
	{ METADATA_TD, 0x1310000300000010, 6, DIGEST(1), STEP, 0 },
	{ METADATA_TD, 0x1310000300000018, 6, DIGEST(2), STEP, 0 },
	{ METADATA_TD, 0x1310000300000020, 6, DIGEST(3), STEP, 0 },
	{ METADATA_TD, 0x1310000300000040, 6, DIGEST(4), STEP, 0 },
	{ METADATA_TD, 0x1310000300000046, 6, 0xf7f6f5f4f3f2f1f0, 0, 0 },
	{ METADATA_TD, 0x131000030000004c, 6, 0x2726252423222120, STEP, 0 },
	{ METADATA_TD, 0x1310000300000052, 6, 0x5756555453525150, STEP, 0 },
	{ METADATA_TD, 0x9910000300000000, 6, 0x8786858483828180, STEP, 0 },
	{ METADATA_TD, 0x9910000100000006, 1, 0, 0, 0 },
	{ METADATA_TD, 0x9910000300000080, 16, 0, 0, 0 },
	{ METADATA_TD, 0x9810000300000040, 4, 0, 0, 0 },
	{ METADATA_VP, 0xa020000200000002, 1, 3, 0, 0 },
	{ METADATA_VP, 0xa020000000000007, 1, 0, 0, 1 },
	{ METADATA_VP, 0xa020000000000008, 1, 1, 0, 1 },
	{ METADATA_VP, 0xa120000000000000, 128, 0, 0, 3 },
	{ METADATA_SYS, 0x0800000200000000, 1, 0x8086, 0, 0 },
	{ METADATA_SYS, 0x0800000100000003, 1, 5, 0, 0 },
	{ METADATA_SYS, 0x0800000100000004, 1, 1, 0, 0 },
	{ METADATA_SYS, 0x0a00000200000000, 1, 0, 0, 0 },
	{ METADATA_SYS, 0x0a00000000000001, 1, 1, 0, 0 },
	{ METADATA_SYS, 0x0a00000300000008, 1, 0x70928, 0, 0 },
	{ METADATA_SYS, 0xa000000300000000, 1, 0, 0, 0 },
	{ METADATA_SYS, 0x2000000100000001, 1, 0, 0, 0 },
	{ METADATA_SYS, 0x2000000100000002, 1, 0, 0, 0 },
	{ METADATA_SYS, 0x2000000100000003, 1, 0, 0, 0 },
	{ METADATA_SYS, 0x2000000100000004, 1, 0, 0, 0 },
	{ METADATA_SYS, 0xa200000100000000, 1, 0, 0, 0 },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static void reset(void)
{
	for (size_t i = 0; i < sizeof(digests); i++)
		((uint8_t *)digests)[i] = (uint8_t)i;
	memset(control, 0, sizeof(control));
	notify_enables = 0;
	td_ctls = 1;
	cpuid_ve = 2;
	context.config_flags = 5;
}

static const struct field *field_of(enum metadata_scope scope, uint64_t group,
				    uint64_t code)
{
	for (size_t i = 0; i < FIELDS; i++) {
		const uint64_t first = fields[i].id & 0xffffff;

		if (fields[i].scope == scope &&
		    (fields[i].id >> 56 & 0x3f) == group && code >= first &&
		    code < first + fields[i].elements)
			return &fields[i];
	}
	return NULL;
}

static uint64_t value_of(const struct field *field, uint64_t element)
{
	/* RTMR1 wraps in each byte, where one step does not say it. */
	static const uint64_t rtmr1[6] = {
		0xf7f6f5f4f3f2f1f0, 0xfffefdfcfbfaf9f8, 0x0706050403020100,
		0x0f0e0d0c0b0a0908, 0x1716151413121110, 0x1f1e1d1c1b1a1918,
	};

	if (field->id == 0x1310000300000046)
		return rtmr1[element];
	return field->first + field->step * element;
}

static void check_field(enum metadata_scope scope, uint64_t group,
			uint64_t code)
{
	const struct field *field = field_of(scope, group, code);
	uint64_t value = 1;
	uint64_t want = 0;

	if (field)
		want = value_of(field, code - (field->id & 0xffffff));
	expect_u64(metadata_read(&context, scope, group << 56 | code, &value),
		   field ? 0 : ID_INCORRECT, "TDG.*.RD");
	expect_u64(value, want, "value");
}

/* All classes, codes 0 to 0x1FF and some large ones, in all scopes. */
static void check_all(void)
{
	enum metadata_scope scope;

	for (scope = METADATA_SYS; scope <= METADATA_VP; scope++) {
		for (uint64_t group = 0; group < 64; group++) {
			for (uint64_t code = 0; code < 0x200; code++)
				check_field(scope, group, code);
			for (uint64_t bit = 9; bit < 24; bit++)
				check_field(scope, group, UINT64_C(1) << bit);
		}
	}
}

static void check_id_bits(void)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t id = 0x1110000300000000 ^ UINT64_C(1) << bit;
		const bool is_ignored = bit == 32 || bit == 33 || bit == 50 ||
					bit == 51 || bit == 63 ||
					(bit >= 52 && bit <= 54);
		/* XFAM, MAX_VCPUS, NOTIFY_ENABLES, MRTD, SERVTD_HASH */
		const bool is_other = bit == 0 || bit == 1 || bit == 4 ||
				      bit == 57 || bit == 59;
		uint64_t value;
		uint64_t status =
			metadata_read(&context, METADATA_TD, id, &value);

		if (is_ignored) {
			expect_u64(status, 0, "a bit that does not matter");
			expect_u64(value, 0x10000000, "ATTRIBUTES");
		} else if (!is_other) {
			expect_u64(status, ID_INCORRECT, "a bit that matters");
		}
	}
}

/* An identifier as the specification writes it, size and all. */
static bool is_full_id(enum metadata_scope scope, uint64_t id)
{
	for (size_t i = 0; i < FIELDS; i++) {
		if (fields[i].scope == scope && id >= fields[i].id &&
		    id < fields[i].id + fields[i].elements)
			return true;
	}
	return false;
}

/* The first field of a scope, then each next one: every element once. */
static void check_chain(enum metadata_scope scope, uint64_t first)
{
	uint64_t elements = 0;
	uint64_t seen = 0;
	uint64_t before = 0;
	uint64_t value = 1;
	uint64_t id;

	expect_u64(metadata_read_next(&context, scope, NULL_ID, &value, &id),
		   FIRST_FIELD, "null identifier");
	expect_u64(value, 0, "value with the null identifier");
	expect_u64(id, first, "first field");
	expect_u64(metadata_read_next(&context, scope,
				      NULL_ID ^ UINT64_C(5) << 52, &value, &id),
		   FIRST_FIELD, "null identifier, any context");
	for (size_t i = 0; i < FIELDS; i++)
		elements += fields[i].scope == scope ? fields[i].elements : 0;
	while (id != NULL_ID && seen < 1000) {
		const uint64_t key = (id >> 56 & 0x3f) << 24 | (id & 0xffffff);
		const uint64_t here = id;
		uint64_t plain;

		expect_true(!seen++ || key > before, "ascending");
		expect_true(is_full_id(scope, here), "the whole identifier");
		before = key;
		expect_u64(metadata_read_next(&context, scope, here, &value,
					      &id), 0, "a field of the chain");
		expect_u64(metadata_read(&context, scope, here, &plain), 0,
			   "a field of the chain");
		expect_u64(value, plain, "value");
	}
	expect_u64(seen, elements, "length of the chain");

	value = 1;
	expect_u64(metadata_read_next(&context, scope, 0x3f00000000000000,
				      &value, &id), ID_INCORRECT, "no field");
	expect_u64(value, 0, "no value");
	expect_u64(id, NULL_ID, "no next field");
	expect_u64(metadata_read(&context, scope, NULL_ID, &value),
		   ID_INCORRECT, "null identifier in version 0");
}

static void expect_write(enum metadata_scope scope,
			 const struct metadata_change *change, uint64_t status,
			 uint64_t old)
{
	uint64_t was = 0x5555;
	char what[64];

	snprintf(what, sizeof(what), "write %llx = %llx & %llx",
		 (unsigned long long)change->id,
		 (unsigned long long)change->value,
		 (unsigned long long)change->mask);
	expect_u64(metadata_write(&context, scope, change, &was), status, what);
	expect_u64(was, old, what);
}

static void check_td_writes(void)
{
	static const uint64_t notify = 0x9110000300000010;
	static const uint64_t ctls = 0x1110000300000017;
	const struct {
		struct metadata_change change;
		uint64_t status;
		uint64_t old;
	} writes[] = {
		/* As Linux writes it. */
		{ { 0x9100000000000010, 0, NULL_ID }, 0, 0 },
		{ { notify, 1, NULL_ID }, 0, 0 },
		{ { notify, 0, 1 }, 0, 1 },
		{ { notify, 1, 0 }, NOT_WRITABLE, 0 },
		{ { notify, 2, 2 }, NOT_WRITABLE, 0 },
		{ { notify, 2, 3 }, VALUE_NOT_VALID, 0 },
		{ { notify, 3, NULL_ID }, VALUE_NOT_VALID, 0 },
		{ { notify, 0xfe, 1 }, 0, 0 },
		/* The TD is not flexible, and the bit is set. */
		{ { ctls, 1, 1 }, 0, 1 },
		{ { ctls, 0, 1 }, VALUE_NOT_VALID, 0 },
		{ { ctls, 2, 2 }, NOT_WRITABLE, 0 },
		{ { ctls, 8, 8 }, NOT_WRITABLE, 0 },
		{ { ctls, 9, 9 }, VALUE_NOT_VALID, 0 },
		/* Others. */
		{ { 0x1110000300000000, 0, NULL_ID }, NOT_WRITABLE, 0 },
		{ { 0x1310000300000000, 0, NULL_ID }, NOT_WRITABLE, 0 },
		{ { 0x9100000000000019, 0, NULL_ID }, ID_INCORRECT, 0 },
		{ { NULL_ID, 0, NULL_ID }, ID_INCORRECT, 0 },
	};

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		expect_write(METADATA_TD, &writes[i].change, writes[i].status,
			     writes[i].old);
	expect_u64(notify_enables, 0, "NOTIFY_ENABLES");
	expect_u64(td_ctls, 1, "TD_CTLS");
	context.config_flags |= 2;
	expect_write(METADATA_TD,
		     &(struct metadata_change){ ctls, 0, NULL_ID }, 0, 1);
	expect_u64(td_ctls, 0, "TD_CTLS of a flexible TD");
	expect_write(METADATA_TD, &(struct metadata_change){ ctls, 1, 1 }, 0,
		     0);
	expect_u64(td_ctls, 1, "TD_CTLS of a flexible TD");
}

static void check_vp_writes(void)
{
	const struct metadata_change supervisor = { 0xa020000000000007, 1, 1 };
	const struct metadata_change user = { 0xa020000000000008, 0, 1 };
	const struct metadata_change last = { 0xa12000000000007f, 2, 0xff };
	const struct metadata_change beyond = { 0xa120000000000080, 2, 0xff };
	const struct metadata_change bad = { 0xa120000000000000, 4, 0xff };
	const struct metadata_change index = { 0xa020000200000002, 4, 0xff };

	expect_write(METADATA_VP, &supervisor, 0, 0);
	expect_u64(cpuid_ve, 3, "CPUIDVE");
	expect_write(METADATA_VP, &user, 0, 1);
	expect_u64(cpuid_ve, 1, "CPUIDVE");
	expect_write(METADATA_VP, &last, 0, 0);
	expect_u64(control[127], 2, "CPUID_CONTROL");
	expect_write(METADATA_VP, &beyond, ID_INCORRECT, 0);
	expect_write(METADATA_VP, &bad, VALUE_NOT_VALID, 0);
	expect_write(METADATA_VP, &index, NOT_WRITABLE, 0);
	expect_write(METADATA_TD, &supervisor, ID_INCORRECT, 0);
}

/* Bits that do not matter go, and the null identifier is the first field. */
static void check_canonical(void)
{
	expect_u64(metadata_id(METADATA_SYS, 0x0800000200000000),
		   0x0800000200000000, "as it is");
	expect_u64(metadata_id(METADATA_SYS, 0x88fc000300000003),
		   NULL_ID, "reserved bits");
	expect_u64(metadata_id(METADATA_SYS, 0x887c000300000003),
		   0x0800000100000003, "size, context, mask, bit 63");
	expect_u64(metadata_id(METADATA_TD, 0x0010000000000022),
		   0x8010000300000022, "an element");
	expect_u64(metadata_id(METADATA_SYS, NULL_ID), 0x0800000200000000,
		   "the null identifier");
	expect_u64(metadata_id(METADATA_TD, 0xff8fffffffffffff),
		   0x8010000300000020, "the null identifier of a TD");
	expect_u64(metadata_id(METADATA_VP, 0x0800000200000000), NULL_ID,
		   "of another scope");
}

int main(void)
{
	reset();
	check_canonical();
	check_all();
	check_id_bits();
	check_chain(METADATA_TD, 0x8010000300000020);
	check_chain(METADATA_VP, 0xa020000200000002);
	check_chain(METADATA_SYS, 0x0800000200000000);
	check_td_writes();
	reset();
	check_vp_writes();
	return expect_result("metadata");
}
