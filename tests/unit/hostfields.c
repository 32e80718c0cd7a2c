/* SPDX-License-Identifier: MIT */
/*
 * emu/module/hostfields: every identifier of a wide range against a second
 * list of fields, the chain of next fields of a production and of a DEBUG TD,
 * CPUID values by the identifiers that KVM puts together, and writes.
 *
 * Links: emu/module/cpuid.c emu/module/cpuid_table.c emu/module/metadata.c
 */
#include "tests/unit/expect.h"

#include "emu/module/hostfields.h"

#define ID_INCORRECT 0xc0000c0000000000
#define NOT_WRITABLE 0xc0000c0100000000
#define NOT_READABLE 0xc0000c0200000000
#define VALUE_NOT_VALID 0xc0000c0300000000
#define FIRST_FIELD 0x00000c0b00000000
#define NULL_ID 0xffffffffffffffff
#define SIGNIFICANT 0x3f00000000ffffff

static uint8_t digests[9][48];
static uint64_t notify_enables;
static uint64_t td_ctls;
static uint64_t timeout;
static const uint64_t tdcx[6] = { 0x1000, 0x2000, 0x3000, 0x4000, 0x5000,
				  0x6000 };

static const struct metadata_context guest = {
	.td_uuid = { 1, 2, 3, 4 },
	.attributes = 0x10000000,
	.xfam = 0xe7,
	.config_flags = 4,
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
};

/* A CPU of which each register of each leaf is another number. */
static void native(uint32_t leaf, uint32_t subleaf, struct cpuid_regs *out)
{
	const uint32_t number = leaf * 0x01010101 + subleaf * 0x00110011;

	*out = (struct cpuid_regs){ number, ~number, number * 3, number * 5 };
	if ((leaf & 0x7fffffff) == 0)
		out->eax = leaf | 0x23;
}

static struct cpuid_regs config[TD_CPUID_CONFIGS];
static const struct td_cpuid_context cpuid = {
	.native = native,
	.config = config,
	.attributes = 0x10000000,
	.xfam = 0xe7,
	.tsc_frequency = 84,
};

static struct hostfields_context context = {
	.td = &guest,
	.cpuid = &cpuid,
	.num_tdcx = 6,
	.tdcx = tdcx,
	.num_children = 77,
	.lifecycle = 1,
	.hkid = 33,
	.num_associated = 3,
	.op_state = 2,
	.tsc_offset = 0xfffffffffff00000,
	.epoch = 9,
	.references = { 5, 6 },
	.hp_lock_timeout = &timeout,
};

/* A field: identifier, elements, value of element 0 and its increment. */
static const struct field {
	uint64_t id;
	uint32_t elements;
	bool is_hidden;
	uint64_t first;
	uint64_t step;
} fields[] = {
	{ 0x8010000000000001, 1, false, 0, 0 },		/* FATAL */
	{ 0x8010000200000002, 1, false, 6, 0 },		/* NUM_TDCX */
	{ 0x8010000300000004, 1, false, 77, 0 },	/* CHLDCNT */
	{ 0x8010000200000005, 1, false, 1, 0 },		/* LIFECYCLE_STATE */
	{ 0x8010000300000010, 6, false, 0x1000, 0x1000 }, /* TDCX_PA */
	{ 0x8010000300000016, 3, false, 0, 0 },		/* none there */
	{ 0x8010000300000020, 4, false, 1, 1 },		/* TD_UUID */
	{ 0x8110000100000001, 1, false, 33, 0 },	/* HKID */
	{ 0x8110000300000002, 1, false, 1, 0 },	/* PKG_CONFIG_BITMAP */
	{ 0x9010000200000001, 1, false, 2, 0 },		/* NUM_VCPUS */
	{ 0x9010000200000002, 1, false, 3, 0 },		/* NUM_ASSOC_VCPUS */
	{ 0x9010000200000004, 1, false, 2, 0 },		/* OP_STATE */
	{ 0x9010000100000005, 1, false, 0, 0 },		/* NUM_L2_VMS */
	{ 0x1110000300000000, 1, false, 0x10000000, 0 }, /* ATTRIBUTES */
	{ 0x1110000300000001, 1, false, 0xe7, 0 },	/* XFAM */
	{ 0x1110000200000002, 1, false, 4, 0 },		/* MAX_VCPUS */
	{ 0x1110000000000003, 1, false, 0, 0 },		/* GPAW */
	{ 0x111000030000000a, 1, false, 0xfffffffffff00000, 0 },
	{ 0x111000030000000b, 1, false, 0x1000000000000, 0 },
	{ 0x111000010000000c, 1, false, 84, 0 },	/* TSC_FREQUENCY */
	{ 0x911000010000000e, 1, false, 56, 0 },	/* NUM_CPUID_VALUES */
	{ 0x9110000300000010, 1, true, 0, 0 },		/* NOTIFY_ENABLES */
	{ 0x9110000300000011, 1, false, 1000000, 0 },	/* HP_LOCK_TIMEOUT */
	{ 0x9110000300000016, 1, false, 4, 0 },		/* CONFIG_FLAGS */
	{ 0x9110000300000017, 1, true, 1, 0 },		/* TD_CTLS */
	{ 0x9210000300000000, 1, false, 9, 0 },		/* TD_EPOCH */
	{ 0x9210000100000001, 2, false, 5, 1 },		/* REFCOUNT */
	{ 0x1310000300000000, 6, false, 0, 0 },		/* MRTD */
	{ 0x1310000300000010, 6, false, 0, 0 },		/* MRCONFIGID */
	{ 0x1310000300000018, 6, false, 0, 0 },		/* MROWNER */
	{ 0x1310000300000020, 6, false, 0, 0 },		/* MROWNERCONFIG */
	{ 0x1310000300000040, 24, true, 0, 0 },		/* RTMR */
	/* MIG_DEC_KEY_SET to NUM_MIGRATED_VCPUS */
	{ 0x9810000000000001, 1, false, 0, 0 },
	{ 0x9810000200000002, 1, false, 0, 0 },
	{ 0x9810000200000003, 1, false, 0, 0 },
	{ 0x9810000200000004, 1, false, 0, 0 },
	{ 0x9810000300000005, 1, false, 0, 0 },
	{ 0x9810000300000006, 1, false, 0, 0 },
	{ 0x9810000100000020, 1, false, 0, 0 },
	{ 0x9810000100000021, 1, false, 0, 0 },
	{ 0x9810000300000030, 1, false, 0, 0 },
	{ 0x9810000300000031, 1, false, 0, 0 },
	{ 0x9810000100000032, 1, false, 0, 0 },
	{ 0x9810000200000034, 1, false, 0, 0 },
	{ 0x9810000300000040, 4, false, 0, 0 },		/* PRE_IMPORT_UUID */
	{ 0x9910000300000000, 6, false, 0, 0 },		/* SERVTD_HASH */
	{ 0x9910000100000006, 1, false, 0, 0 },		/* SERVTD_NUM */
	{ 0x9910000300000080, 16, false, 0, 0 },	/* bindings */
};

static const struct field *field_of(uint64_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if ((id & SIGNIFICANT) - (fields[i].id & SIGNIFICANT) <
		    fields[i].elements)
			return &fields[i];
	return NULL;
}

static void check_id(uint64_t id)
{
	const struct field *field = field_of(id);
	const bool is_hidden = field && field->is_hidden && !context.is_debug;
	uint64_t next;
	uint64_t value;
	const uint64_t status = hostfields_read(&context, id, &value, &next);
	char what[32];

	snprintf(what, sizeof(what), "%llx", (unsigned long long)id);
	expect_u64(status, !field ? ID_INCORRECT : is_hidden ? NOT_READABLE : 0,
		   what);
	if (!status)
		expect_u64(value, field->first + field->step *
			   ((id - field->id) & 0xffffff), what);
	else
		expect_u64(value, 0, what);
	expect_true(status == 0 || next == NULL_ID, what);
}

/* Every class, and codes far beyond the last one of each. */
static void check_all(void)
{
	for (uint64_t kind = 0; kind < 64; kind++) {
		if (kind == 0x14)
			continue;
		for (uint64_t code = 0; code < 0x1000; code++)
			check_id(kind << 56 | code);
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		check_id(fields[i].id);
}

static void check_id_bits(void)
{
	const uint64_t id = 0x1110000300000001;
	uint64_t next;
	uint64_t value;

	for (unsigned int bit = 24; bit < 64; bit++) {
		const bool is_ignored = bit == 32 || bit == 33 || bit == 50 ||
					bit == 51 || bit == 63 ||
					(bit >= 52 && bit <= 54);

		if (bit >= 56 && bit <= 61)
			continue;
		expect_u64(hostfields_read(&context, id ^ 1ULL << bit, &value,
					   &next),
			   is_ignored ? 0 : ID_INCORRECT, "a bit");
	}
}

/* From the null identifier to the last, ascending; how many elements. */
static size_t chain(void)
{
	uint64_t id;
	uint64_t value;
	uint64_t next;
	size_t count = 0;

	expect_u64(hostfields_read(&context, NULL_ID, &value, &next),
		   FIRST_FIELD, "the null identifier");
	for (id = next; id != NULL_ID && count < 1000; id = next, count++) {
		expect_u64(hostfields_read(&context, id, &value, &next), 0,
			   "a next field");
		if (next != NULL_ID && (id >> 56 & 0x3f) != 0x14)
			expect_true((next & SIGNIFICANT) > (id & SIGNIFICANT),
				    "ascending");
	}
	return count;
}

static void check_chain(void)
{
	size_t open = 2 * TD_CPUID_ENTRIES;
	size_t hidden = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		*(fields[i].is_hidden ? &hidden : &open) += fields[i].elements;
	context.is_debug = false;
	expect_u64(chain(), open, "of a production TD");
	context.is_debug = true;
	expect_u64(chain(), open + hidden, "of a DEBUG TD");
	context.is_debug = false;
}

/* As KVM asks: it knows whether a leaf has sub-leaves. */
static uint64_t kvm_id(uint32_t leaf, uint32_t subleaf, bool has_subleaves)
{
	uint64_t id = 0x9410000300000000;

	id |= (uint64_t)(leaf & 0x80000000 ? 1 : 0) << 16;
	id |= (leaf & 0x7f) << 9;
	return id | (has_subleaves ? (subleaf & 0x7f) << 1 : 0x1fe);
}

static void check_cpuid_leaf(uint32_t leaf, uint32_t subleaf,
			     bool has_subleaves)
{
	const struct cpuid_regs want = td_cpuid_value(&cpuid, leaf, subleaf);
	const uint64_t id = kvm_id(leaf, subleaf, has_subleaves);
	uint64_t next;
	uint64_t low = 0;
	uint64_t high = 0;

	expect_u64(hostfields_read(&context, id, &low, &next), 0, "CPUID");
	expect_u64(next, id + 1, "its second element");
	expect_u64(hostfields_read(&context, id + 1, &high, &next), 0,
		   "CPUID");
	expect_u64(low, want.eax | (uint64_t)want.ebx << 32, "EAX, EBX");
	expect_u64(high, want.ecx | (uint64_t)want.edx << 32, "ECX, EDX");
}

static void check_no_cpuid(uint64_t id)
{
	uint64_t next;
	uint64_t value;

	expect_u64(hostfields_read(&context, id, &value, &next), ID_INCORRECT,
		   "no such leaf");
	expect_u64(value, 0, "no value");
	expect_u64(next, NULL_ID, "no next field");
}

static void check_cpuid(void)
{
	/* Leaves with sub-leaves, and the last of them. */
	static const struct {
		uint32_t leaf, last;
	} deep[] = { { 4, 4 },	  { 7, 2 },    { 0xd, 18 }, { 0x14, 1 },
		     { 0x1d, 1 }, { 0x21, 0 }, { 0x23, 3 } };
	static const uint32_t flat[] = {
		0, 1, 3, 5, 8, 0xa, 0xe, 0x11, 0x12, 0x13, 0x15, 0x19, 0x1c,
		0x1e, 0x20, 0x22, 0x80000000, 0x80000001, 0x80000007,
		0x80000008,
	};

	for (size_t i = 0; i < ARRAY_SIZE(deep); i++) {
		for (uint32_t j = 0; j <= deep[i].last; j++)
			check_cpuid_leaf(deep[i].leaf, j, true);
		check_no_cpuid(kvm_id(deep[i].leaf, deep[i].last + 1, true));
		check_no_cpuid(kvm_id(deep[i].leaf, 0, false));
	}
	for (size_t i = 0; i < ARRAY_SIZE(flat); i++) {
		check_cpuid_leaf(flat[i], 0, false);
		check_no_cpuid(kvm_id(flat[i], 0, true));
		check_no_cpuid(kvm_id(flat[i], 127, true));
	}
	check_no_cpuid(kvm_id(2, 0, false));
	check_no_cpuid(kvm_id(0xb, 0, true));
	check_no_cpuid(kvm_id(0x80000002, 0, false));
	for (unsigned int bit = 17; bit < 24; bit++)
		check_no_cpuid(kvm_id(0, 0, false) | 1ULL << bit);
}

static void expect_write(uint64_t id, uint64_t value, uint64_t mask,
			 uint64_t want_status, uint64_t want_old)
{
	const struct metadata_change change = { id, value, mask };
	uint64_t old = 1;

	expect_u64(hostfields_write(&context, &change, &old), want_status,
		   "write");
	expect_u64(old, want_old, "previous value");
}

static void check_writes(void)
{
	const uint64_t lock = 0x9110000300000011;
	const uint64_t notify = 0x9110000300000010;

	expect_write(lock, 10000, NULL_ID, 0, 1000000);
	expect_write(lock, 9999, NULL_ID, VALUE_NOT_VALID, 0);
	expect_write(lock, 100000001, NULL_ID, VALUE_NOT_VALID, 0);
	expect_write(lock, 0xffffffffffff0000, NULL_ID, VALUE_NOT_VALID, 0);
	expect_u64(timeout, 10000, "HP_LOCK_TIMEOUT");
	expect_write(lock, 0x12345, 0xff, 0, 10000);
	expect_u64(timeout, 0x2745, "only what the mask has");
	expect_write(lock, 5, 0, NOT_WRITABLE, 0);
	expect_write(lock, 100000000, NULL_ID, 0, 0x2745);
	/* Not the host's, but for a DEBUG TD. */
	expect_write(notify, 1, 1, NOT_WRITABLE, 0);
	expect_u64(notify_enables, 0, "NOTIFY_ENABLES");
	context.is_debug = true;
	expect_write(notify, 1, 1, 0, 0);
	expect_u64(notify_enables, 1, "NOTIFY_ENABLES");
	expect_write(notify, 2, 3, VALUE_NOT_VALID, 0);
	expect_write(0x9110000300000017, 0, 1, NOT_WRITABLE, 0);
	context.is_debug = false;
	expect_write(0x1110000300000000, 0, NULL_ID, NOT_WRITABLE, 0);
	expect_write(0x9110000300000077, 0, NULL_ID, ID_INCORRECT, 0);
	expect_write(NULL_ID, 0, NULL_ID, ID_INCORRECT, 0);
}

int main(void)
{
	timeout = HOSTFIELDS_HP_LOCK_TIMEOUT;
	td_ctls = 1;
	check_all();
	context.is_debug = true;
	check_all();
	context.is_debug = false;
	check_id_bits();
	check_chain();
	check_cpuid();
	check_writes();
	return expect_result("hostfields");
}
