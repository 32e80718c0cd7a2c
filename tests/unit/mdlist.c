/* SPDX-License-Identifier: MIT */
/*
 * emu/module/mdlist: lists word for word, typed by hand from the layout; what
 * joins a sequence and what does not; and every end of the page.
 */
#include "tests/unit/expect.h"

#include "emu/module/mdlist.h"

#define GUARD 0xdeaddeaddeaddead

/* A page, and what must not be written behind it. */
static uint64_t page[MDLIST_WORDS + 8];
static struct mdlist list;

static void begin(void)
{
	for (size_t i = 0; i < MDLIST_WORDS + 8; i++)
		page[i] = GUARD;
	mdlist_begin(&list, page);
}

static void add(uint64_t id, uint64_t first, unsigned int count)
{
	uint64_t elements[16];

	for (unsigned int i = 0; i < count; i++)
		elements[i] = first + i;
	expect_true(mdlist_add(&list, id, elements, count), "room");
}

static void expect_words(const uint64_t *want, size_t count, const char *what)
{
	expect_bytes((const uint8_t *)page, (const uint8_t *)want, count * 8,
		     what);
	expect_true(page[count] == GUARD, "nothing behind it");
}

static void test_empty(void)
{
	const uint64_t want[] = { 8 };

	begin();
	expect_words(want, 1, "an empty list");
}

/* What a guest finds: version numbers in a row, features alone. */
static void test_guest(void)
{
	const uint64_t want[] = {
		10 * 8 | 4 << 16,
		0x0800000200000000, 0x8086,
		/* two fields: LAST_FIELD_IN_SEQUENCE is 1 */
		0x0800004100000003, 5, 1,
		0x0a00000000000001, 1,
		0x0a00000300000008, 0x70928,
	};

	begin();
	add(0x0800000200000000, 0x8086, 1);
	add(0x0800000100000003, 5, 1);
	add(0x0800000100000004, 1, 1);
	add(0x0a00000000000001, 1, 1);
	add(0x0a00000300000008, 0x70928, 1);
	expect_words(want, 10, "fields of one element");
}

/* Fields of two elements: LAST_ELEMENT_IN_FIELD is 1. */
static void test_elements(void)
{
	const uint64_t want[] = {
		12 * 8 | 2 << 16,
		0x9900008700000500, 10, 11, 20, 21, 30, 31,
		0x9900008300000506, 40, 50, 60,
	};

	begin();
	add(0x9900000300000500, 10, 2);
	add(0x9900000300000502, 20, 2);
	add(0x9900000300000504, 30, 2);
	add(0x9900000300000506, 40, 1);
	add(0x9900000300000507, 50, 1);
	add(0x9900000300000508, 60, 1);
	expect_words(want, 12, "fields of two elements");
}

static size_t sequences_of_two(uint64_t first, unsigned int first_count,
			       uint64_t second, unsigned int second_count)
{
	begin();
	add(first, 1, first_count);
	add(second, 2, second_count);
	return page[0] >> 16;
}

static void test_joins(void)
{
	const uint64_t id = 0x1110000300000040;

	expect_true(sequences_of_two(id, 1, id + 1, 1) == 1, "the next");
	expect_true(sequences_of_two(id, 1, id + 2, 1) == 2, "one later");
	expect_true(sequences_of_two(id, 1, id, 1) == 2, "the same");
	expect_true(sequences_of_two(id, 1, id - 1, 1) == 2, "one earlier");
	expect_true(sequences_of_two(id, 6, id + 6, 6) == 1, "after 6");
	expect_true(sequences_of_two(id, 6, id + 1, 6) == 2, "inside of 6");
	expect_true(sequences_of_two(id, 6, id + 6, 5) == 2, "another shape");
	/* Class and element size must be alike; bit 63 does not matter. */
	expect_true(sequences_of_two(id, 1, (id + 1) ^ UINT64_C(1) << 56, 1) ==
			    2, "another class");
	expect_true(sequences_of_two(id, 1, (id + 1) ^ UINT64_C(1) << 32, 1) ==
			    2, "another size");
	expect_true(sequences_of_two(id, 1, (id + 1) ^ UINT64_C(1) << 63, 1) ==
			    1, "not architectural");
}

/* As many fields as a page has room for are one sequence. */
static void test_longest_sequence(void)
{
	begin();
	for (uint64_t i = 0; i < 510; i++)
		add(0x2010000300000000 + i, i, 1);
	expect_true(page[0] == (512 * 8 | 1 << 16), "a full page");
	expect_true(page[1] == (0x2010000300000000 | UINT64_C(509) << 38),
		    "510 fields");
	expect_true(!mdlist_add(&list, 0x20100003000001fe, page, 1),
		    "no room");
}

/* A field goes into the page as a whole or not at all. */
static void test_end(void)
{
	const uint64_t elements[16] = { 0 };
	uint64_t before[MDLIST_WORDS];

	for (unsigned int count = 1; count <= 16; count++) {
		uint64_t id = 0x0a00000300000000;
		size_t want = 1;

		begin();
		for (; want + 1 + count <= MDLIST_WORDS; want += 1 + count)
			add(id += 0x100, 7, count);
		memcpy(before, page, sizeof(before));
		expect_true(!mdlist_add(&list, id + 0x100, elements, count),
			    "no room for a header and a field");
		expect_bytes((const uint8_t *)page, (const uint8_t *)before,
			     sizeof(before), "as before");
		/* One that joins needs no header. */
		expect_true(mdlist_add(&list, id + count, elements, count) ==
				    (want + count <= MDLIST_WORDS),
			    "room without a header");
		expect_true(page[MDLIST_WORDS] == GUARD, "nothing behind");
	}
}

/* Whatever others write to the page meanwhile, the list is not led astray. */
static void test_scribble(void)
{
	begin();
	add(0x0800000100000003, 5, 1);
	page[0] = page[1] = UINT64_MAX;
	add(0x0800000100000004, 1, 1);
	expect_true(page[0] == (4 * 8 | 1 << 16), "the list's header");
	expect_true(page[1] == 0x0800004100000003, "the sequence's header");
}

int main(void)
{
	test_empty();
	test_guest();
	test_elements();
	test_joins();
	test_longest_sequence();
	test_end();
	test_scribble();
	return expect_result("mdlist");
}
