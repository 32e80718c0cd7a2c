/* SPDX-License-Identifier: MIT */
/*
 * emu/module/vpfields: every identifier of a wide range against a second list
 * of fields, the chain of next fields, and writes of each field: which bits
 * of the mask count, which values are refused, and what a refusal changes.
 */
#include "tests/unit/expect.h"

#include "emu/module/vpfields.h"

#define ID_INCORRECT 0xc0000c0000000000
#define NOT_WRITABLE 0xc0000c0100000000
#define VALUE_NOT_VALID 0xc0000c0300000000
#define FIRST_FIELD 0x00000c0b00000000
#define NULL_ID 0xffffffffffffffff
#define SIGNIFICANT 0x3f00000000ffffff

#define POSTED_VECTOR 0x2
#define TSC_OFFSET 0x2010
#define DESCRIPTOR 0x2016
#define SHARED_EPTP 0x203c
#define PEND_NMI 0x202000000000000b

static struct td td = {
	.xfam = 0xe7,
	.tsc_offset = 0xfffffffffff00000,
	.shared_eptp = 0x7000,
};

static struct vcpu vcpu;

/* Stand-ins for emu/module/apic, which a mention of its header would link. */
bool apic_is_pending(struct vcpu *which);
void apic_set_posted(struct vcpu *which, paddr_t descriptor);

bool apic_is_pending(struct vcpu *which)
{
	return which->apic.tpr != 0;
}

void apic_set_posted(struct vcpu *which, paddr_t descriptor)
{
	which->posted_interrupts = descriptor;
}

static void reset(void)
{
	td.shared_eptp = 0x7000;
	vcpu = (struct vcpu){
		.td = &td,
		.index = 3,
		.cpu = 2,
		.epoch = 9,
		.tdvpr = 0x10000,
		.num_tdvpx = MODULE_TDVPX_PAGES,
		.posted_interrupts = 0x5040,
		.posted_vector = 0xf2,
		.nmi = 0x301,
		.cpuid_ve = 2,
		.apic.tpr = 1,
	};
	for (unsigned int i = 0; i < MODULE_TDVPX_PAGES; i++)
		vcpu.tdvpx[i] = 0x11000 + i * 0x1000;
}

/* A field: identifier, elements, value of element 0 and its increment. */
static const struct field {
	uint64_t id;
	uint32_t elements;
	uint64_t first;
	uint64_t step;
} fields[] = {
	{ POSTED_VECTOR, 1, 0xf2, 0 },
	{ TSC_OFFSET, 1, 0xfffffffffff00000, 0 },
	{ DESCRIPTOR, 1, 0x5040, 0 },
	{ SHARED_EPTP, 1, 0x7000, 0 },
	{ 0x9120000300000100, 1, 1, 0 },	/* VCPU_STATE_DETAILS */
	{ 0xa020000200000002, 1, 3, 0 },	/* VCPU_INDEX */
	{ 0xa020000000000003, 1, 1 + MODULE_TDVPX_PAGES, 0 },
	{ 0xa020000200000004, 1, 2, 0 },	/* ASSOC_LPID */
	{ 0xa020000300000006, 1, 9, 0 },	/* VCPU_EPOCH */
	{ 0xa020000000000007, 1, 0, 0 },	/* CPUID_SUPERVISOR_VE */
	{ 0xa020000000000008, 1, 1, 0 },	/* CPUID_USER_VE */
	{ PEND_NMI, 1, 1, 0 },
	{ 0x202000030000000c, 1, 0xe7, 0 },	/* XFAM */
	/* TDVPS_PAGE_PA, in two parts */
	{ 0xa020000300000010, 1 + MODULE_TDVPX_PAGES, 0x10000, 0x1000 },
	{ 0xa020000300000011 + MODULE_TDVPX_PAGES, 14 - MODULE_TDVPX_PAGES,
	  0, 0 },
};

static const struct field *field_of(uint64_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if ((id & SIGNIFICANT) - (fields[i].id & SIGNIFICANT) <
		    fields[i].elements)
			return &fields[i];
	return NULL;
}

static uint64_t value_of(const struct field *field, uint64_t id)
{
	return field->first + field->step * ((id - field->id) & 0xffffff);
}

static void check_id(uint64_t id)
{
	const struct field *field = field_of(id);
	uint64_t next;
	uint64_t value;
	const uint64_t status = vpfields_read(&vcpu, id, &value, &next);
	char what[32];

	snprintf(what, sizeof(what), "%llx", (unsigned long long)id);
	expect_u64(status, field ? 0 : ID_INCORRECT, what);
	expect_u64(value, field ? value_of(field, id) : 0, what);
	expect_true(status == 0 || next == NULL_ID, what);
}

/* Every class, and codes far beyond the last one of each. */
static void check_all(void)
{
	for (uint64_t kind = 0; kind < 64; kind++)
		for (uint64_t code = 0; code < 0x3000; code++)
			check_id(kind << 56 | code);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		check_id(fields[i].id);
}

static void check_id_bits(void)
{
	for (unsigned int bit = 24; bit < 64; bit++) {
		const bool is_ignored = bit == 32 || bit == 33 || bit == 50 ||
					bit == 51 || bit == 63 ||
					(bit >= 52 && bit <= 54);
		uint64_t next;
		uint64_t value;

		if (bit >= 56 && bit <= 61)
			continue;
		expect_u64(vpfields_read(&vcpu, PEND_NMI ^ 1ULL << bit, &value,
					 &next),
			   is_ignored ? 0 : ID_INCORRECT, "a bit");
	}
}

/* From the null identifier on, each element of each field in turn. */
static void check_chain(void)
{
	uint64_t value;
	uint64_t id;

	expect_u64(vpfields_read(&vcpu, NULL_ID, &value, &id), FIRST_FIELD,
		   "no identifier");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		for (uint32_t k = 0; k < fields[i].elements; k++) {
			expect_u64(id, fields[i].id + k, "next");
			expect_u64(vpfields_read(&vcpu, id, &value, &id), 0,
				   "its status");
		}
	}
	expect_u64(id, NULL_ID, "after the last");
}

static const struct write {
	const char *what;
	struct metadata_change change;
	uint64_t status;
	uint64_t old;
	uint64_t now;		/* value of the field afterwards */
} writes[] = {
	{ "a vector", { POSTED_VECTOR, 0x31, 0xff }, 0, 0xf2, 0x31 },
	{ "half of one", { POSTED_VECTOR, 0x31, 0x0f }, 0, 0xf2, 0xf1 },
	{ "a vector of 16 bits", { POSTED_VECTOR, 0x131, 0xffff },
	  VALUE_NOT_VALID, 0, 0xf2 },
	{ "high bits, not meant", { POSTED_VECTOR, 0x131, 0xff }, 0, 0xf2,
	  0x31 },
	{ "no bit meant", { POSTED_VECTOR, 0x31, 0 }, NOT_WRITABLE, 0, 0xf2 },
	{ "no bit of it meant", { POSTED_VECTOR, 0x31, 0xffff0000 },
	  NOT_WRITABLE, 0, 0xf2 },
	{ "a descriptor", { DESCRIPTOR, 0x6040, NULL_ID }, 0, 0x5040, 0x6040 },
	{ "a descriptor, not aligned", { DESCRIPTOR, 0x6020, NULL_ID },
	  VALUE_NOT_VALID, 0, 0x5040 },
	{ "a descriptor in private memory",
	  { DESCRIPTOR, 1ULL << 46, NULL_ID }, VALUE_NOT_VALID, 0, 0x5040 },
	{ "shared tables", { SHARED_EPTP, 0x9000, NULL_ID }, 0, 0x7000,
	  0x9000 },
	{ "shared tables, not aligned", { SHARED_EPTP, 0x9800, NULL_ID },
	  VALUE_NOT_VALID, 0, 0x7000 },
	{ "shared tables in private memory",
	  { SHARED_EPTP, 1ULL << 51, NULL_ID }, VALUE_NOT_VALID, 0, 0x7000 },
	{ "no NMI any more", { PEND_NMI, 0, 1 }, 0, 1, 0 },
	{ "another NMI", { PEND_NMI, 1, 1 }, 0, 1, 1 },
	{ "more than a byte of NMI", { PEND_NMI, 0x101, 0xfff },
	  VALUE_NOT_VALID, 0, 1 },
	{ "the TSC", { TSC_OFFSET, 0, NULL_ID }, NOT_WRITABLE, 0,
	  0xfffffffffff00000 },
	{ "XFAM", { 0x202000030000000c, 3, NULL_ID }, NOT_WRITABLE, 0, 0xe7 },
	{ "a page", { 0xa020000300000011, 3, NULL_ID }, NOT_WRITABLE, 0,
	  0x11000 },
	{ "a field that is not there", { 0x2012, 3, NULL_ID }, ID_INCORRECT,
	  0, 0 },
	{ "no field", { NULL_ID, 3, NULL_ID }, ID_INCORRECT, 0, 0 },
};

static void check_writes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		const struct write *write = &writes[i];
		uint64_t old = 77;
		uint64_t now;
		uint64_t next;

		reset();
		expect_u64(vpfields_write(&vcpu, &write->change, &old),
			   write->status, write->what);
		expect_u64(old, write->old, write->what);
		if (write->status != ID_INCORRECT)
			expect_u64(vpfields_read(&vcpu, write->change.id, &now,
						 &next), 0, write->what);
		else
			now = 0;
		expect_u64(now, write->now, write->what);
		/* How far an NMI has got is not in the field. */
		expect_u64(vcpu.nmi & ~0xffU, 0x300, write->what);
	}
}

int main(void)
{
	reset();
	check_all();
	check_id_bits();
	check_chain();
	check_writes();
	return expect_result("vpfields");
}
