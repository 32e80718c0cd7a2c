/* SPDX-License-Identifier: MIT */
/*
 * TDG.SYS.RDALL: a metadata list of all that TDG.SYS.RD finds, read by a
 * parser written from the layout in the reference: a header of the list, then
 * sequences of fields that follow one another. "Metadata access" and
 * "Metadata List".
 */
#include <string.h>

#include "kernel/page.h"
#include "tests/conformance/lib/metadata.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

#define WORDS 512		/* of a page */
#define FILL UINT64_C(0xF111F111F111F111)
#define SIGNIFICANT UINT64_C(0x3F00000000FFFFFF)
/* Reserved bits of a header, WRITE_MASK_VALID and CONTEXT_CODE. */
#define HEADER_ZERO UINT64_C(0x40FB8000FF000000)
#define FIELDS_LIMIT 256

static uint64_t *list;		/* a page */

/* What the parser found. */
static struct {
	uint64_t id, value;
} found[FIELDS_LIMIT];
static size_t count;

static struct metadata sys_rd(uint64_t field)
{
	return metadata_call(TDG_SYS_RD, 0, field, 0xD00D, 0);
}

static struct metadata rdall(uint64_t gpa, uint64_t first)
{
	return metadata_call(TDG_SYS_RDALL, 0, gpa, first, 0);
}

/* One sequence at list[word]; the number of its words. */
static size_t parse_sequence(size_t word)
{
	const uint64_t header = list[word];
	const uint64_t elements = ((header >> 34 & 15) + 1) *
				  ((header >> 38 & 511) + 1);

	expect("sequence, reserved bits", header & HEADER_ZERO, 0);
	for (uint64_t i = 0; i < elements; i++) {
		if (count == FIELDS_LIMIT || word + 1 + i >= WORDS)
			break;
		/* None of the fields here has elements of another size. */
		found[count].id = (header & ~(BIT(47) - BIT(34))) + i;
		found[count++].value = list[word + 1 + i];
	}
	return (size_t)elements + 1;
}

static void parse(void)
{
	const uint64_t bytes = list[0] & 0xFFFF;
	const uint64_t sequences = list[0] >> 16 & 0xFFFF;
	size_t word = 1;

	count = 0;
	for (uint64_t i = 0; i < sequences && word < WORDS; i++)
		word += parse_sequence(word);
	expect("list, reserved bytes", list[0] >> 32, 0);
	expect("list, size", bytes, 8 * word);
}

/* A list from this field on, in a page that was filled before. */
static void make_list(uint64_t first)
{
	struct metadata got;

	for (size_t i = 0; i < WORDS; i++)
		list[i] = FILL;
	got = rdall(page_pa(list), first);
	expect("status", got.status, 0);
	expect("R8", got.value, UINT64_MAX);
	parse();
}

/* The list is what following TDG.SYS.RD's RDX from this field on gives. */
static void expect_from(uint64_t first)
{
	uint64_t field = first == NULL_ID ? sys_rd(NULL_ID).next : first;
	size_t i = 0;

	make_list(first);
	for (; field != NULL_ID && i < count; i++) {
		const struct metadata got = sys_rd(field);

		expect("identifier", found[i].id & SIGNIFICANT,
		       field & SIGNIFICANT);
		expect("value", found[i].value, got.value);
		field = got.next;
	}
	expect("no field left", field, NULL_ID);
	expect("no field more", count, i);
	expect_true("not empty", count > 0);
}

static void every_field(void)
{
	expect_from(NULL_ID);
	expect_true("more than one", count > 4);
}

static void from_a_field(void)
{
	expect_from(TDX_FEATURES0);
	expect_from(MINOR_VERSION);
	expect_from(VENDOR_ID);
}

/* From each field on: the lists get shorter, one by one. */
static void from_each_field(void)
{
	uint64_t field = sys_rd(NULL_ID).next;

	for (int i = 0; field != NULL_ID && i < FIELDS_LIMIT; i++) {
		expect_from(field);
		field = sys_rd(field).next;
	}
	expect("the last", count, 1);
}

/* The context code of the null id does not matter. */
static void null_id(void)
{
	make_list(NULL_ID & ~(BIT(52) | BIT(53) | BIT(54)));
	expect("first", found[0].id & SIGNIFICANT, VENDOR_ID & SIGNIFICANT);
}

/* Neighbours of one size are one sequence: MINOR and MAJOR_VERSION. */
static void neighbours(void)
{
	make_list(MINOR_VERSION);
	expect("header", list[1], MINOR_VERSION | BIT(38));
	expect("MINOR_VERSION", list[2], sys_rd(MINOR_VERSION).value);
	expect("MAJOR_VERSION", list[3], sys_rd(MINOR_VERSION + 1).value);
	make_list(MIN_EXPORT_VERSION);
	expect("four versions", list[1],
	       MIN_EXPORT_VERSION | UINT64_C(3) << 38);
}

/* VENDOR_ID has no neighbour of its own size that a guest may read. */
static void alone(void)
{
	make_list(NULL_ID);
	expect("header", list[1], VENDOR_ID);
	expect("VENDOR_ID", list[2], 0x8086);
}

/* What lies behind the list stays as it was. */
static void rest_is_kept(void)
{
	make_list(NULL_ID);
	for (size_t i = (list[0] & 0xFFFF) / 8; i < WORDS; i++)
		expect("behind the list", list[i], FILL);
}

static void unknown(void)
{
	const struct metadata got = rdall(page_pa(list), TDX_FEATURES0 + 0x77);

	expect("status", got.status, FIELD_ID_INCORRECT);
	expect("R8", got.value, UINT64_MAX);
	expect("reserved bit",
	       rdall(page_pa(list), VENDOR_ID | BIT(24)).status,
	       FIELD_ID_INCORRECT);
}

static void operand(void)
{
	const struct metadata got = rdall(page_pa(list) + 8, NULL_ID);

	expect("status", got.status, OPERAND_INVALID(ID_RDX));
	expect("R8", got.value, UINT64_MAX);
	expect("shared", rdall(page_pa(list) | shared_bit, NULL_ID).status,
	       OPERAND_INVALID(ID_RDX));
	expect("bit 63", rdall(page_pa(list) | BIT(63), NULL_ID).status,
	       OPERAND_INVALID(ID_RDX));
}

static void registers(void)
{
	struct trial before;
	struct trial after;

	trial_fill(&before);
	before.gpr[RAX] = TDG_SYS_RDALL;
	before.gpr[RDX] = page_pa(list);
	before.gpr[R8] = NULL_ID;
	after = before;
	expect("RAX", trial_tdcall(&after), 0);
	expect_kept(&before, &after, BIT(RAX) | BIT(R8));
}

static const struct rule rules[] = {
	{ "sys_rdall.every_field", every_field },
	{ "sys_rdall.from_a_field", from_a_field },
	{ "sys_rdall.from_each_field", from_each_field },
	{ "sys_rdall.null_id", null_id },
	{ "sys_rdall.neighbours", neighbours },
	{ "sys_rdall.alone", alone },
	{ "sys_rdall.rest_is_kept", rest_is_kept },
	{ "sys_rdall.unknown", unknown },
	{ "sys_rdall.operand", operand },
	{ "sys_rdall.registers", registers },
};

int main(void)
{
	trial_init();
	list = page_alloc(1);
	RULES_CHECK(rules);
	return rules_verdict();
}
