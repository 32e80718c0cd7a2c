/* SPDX-License-Identifier: MIT */
/*
 * The self-test's reader of metadata lists, written from the reference: each
 * field that TDH.SYS.RD finds stands in the list of TDH.SYS.RDALL, once, in
 * the same order and with the same value; and from any field on.
 */
#include "emu/boot/memory.h"
#include "emu/vmm/selftest.h"
#include "emu/vmm/tdh.h"

#define SYS_RD 34
#define SYS_RDALL 37
#define NULL_ID UINT64_MAX
#define LIST_BYTES 4096
#define FIELDS_MAX 600
/* What makes two identifiers the same: class and code. */
#define SIGNIFICANT UINT64_C(0x3f00000000ffffff)

static uint64_t ids[FIELDS_MAX];
static uint64_t values[FIELDS_MAX];

/* Each element by TDH.SYS.RD; how many there are. */
static size_t read_one_by_one(void)
{
	uint64_t rcx = 0;
	uint64_t r9 = 0;
	uint64_t next = NULL_ID;
	size_t count = 0;

	seamcall4(SYS_RD, &rcx, &next, &values[0], &r9);
	while (next != NULL_ID && count < FIELDS_MAX) {
		ids[count] = next;
		selftest_expect("RD of each field", "status",
				seamcall4(SYS_RD, &rcx, &next, &values[count],
					  &r9), 0);
		count++;
	}
	return count;
}

/* One sequence at words; how many elements it has, the first being ids[at]. */
static size_t sequence_check(const uint64_t *words, size_t at, size_t count)
{
	const uint64_t elements = (words[0] >> 34 & 0xf) + 1;
	const uint64_t fields = (words[0] >> 38 & 0x1ff) + 1;

	selftest_expect("RDALL: sequence", "reserved bits",
			words[0] & UINT64_C(0x408b8000ff000000), 0);
	selftest_expect("RDALL: sequence", "context",
			words[0] >> 52 & 7, 0);
	for (size_t i = 0; i < elements * fields && at + i < count; i++) {
		selftest_expect("RDALL: element", "identifier",
				(words[0] & SIGNIFICANT) + i,
				ids[at + i] & SIGNIFICANT);
		selftest_expect("RDALL: element", "size", words[0] >> 32 & 3,
				ids[at + i] >> 32 & 3);
		selftest_expect("RDALL: element", "value", words[1 + i],
				values[at + i]);
	}
	return elements * fields;
}

static void list_check(size_t first, size_t count)
{
	const uint64_t *list = memory_at(SELFTEST_LIST);
	const uint64_t bytes = list[0] & 0xffff;
	const uint64_t sequences = list[0] >> 16 & 0xffff;
	size_t word = 1;
	size_t at = first;

	for (uint64_t i = 0; i < sequences && at < count; i++) {
		const size_t elements = sequence_check(&list[word], at, count);

		word += 1 + elements;
		at += elements;
	}
	selftest_expect("RDALL: list", "elements", at - first, count - first);
	selftest_expect("RDALL: list", "size", bytes, 8 * word);
	selftest_expect("RDALL: list", "reserved bytes", list[0] >> 32, 0);
}

static void list_from(size_t first, size_t count)
{
	uint64_t rcx = 0;
	uint64_t rdx = SELFTEST_LIST;
	uint64_t r8 = first ? ids[first] : NULL_ID;
	uint64_t r9 = 0;

	selftest_expect("RDALL from a field", "status",
			seamcall4(SYS_RDALL, &rcx, &rdx, &r8, &r9), 0);
	selftest_expect("RDALL from a field", "R8", r8, NULL_ID);
	list_check(first, count);
}

void selftest_list(void)
{
	const size_t count = read_one_by_one();

	selftest_expect("RD of each field", "ends", count < FIELDS_MAX, 1);
	list_from(0, count);
	list_from(5, count);
	list_from(count - 4, count);	/* the first element of a pair */
}
