/* SPDX-License-Identifier: MIT */
/*
 * Leaves of the host that take memory: MapGPA and GetQuote, as KVM and QEMU
 * check them. "MapGPA" and "GetQuote" of the reference.
 * options: --memory 64M
 */
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "tests/conformance/lib/rule.h"
#include "tests/conformance/spec.h"

/* Of --memory 64M. */
#define RAM_END UINT64_C(0x4000000)

/* MapGPA. */
struct map_gpa {
	const char *name;
	uint64_t start, size, want;
	bool is_shared;
};

static const struct map_gpa map_gpa_rows[] = {
	{ "map_gpa.size_0", 0, 0, VMCALL_INVALID_OPERAND, true },
	{ "map_gpa.size_0_unaligned_start", 5, 0, VMCALL_INVALID_OPERAND,
	  true },
	{ "map_gpa.wraps", 0, UINT64_MAX - 0xFFF, VMCALL_INVALID_OPERAND,
	  true },
	{ "map_gpa.unaligned_start", 0x800, 0x1000, VMCALL_ALIGN_ERROR, true },
	{ "map_gpa.unaligned_size", 0, 0x800, VMCALL_ALIGN_ERROR, true },
	{ "map_gpa.unaligned_both", 8, 8, VMCALL_ALIGN_ERROR, true },
	{ "map_gpa.unaligned_start_private", 0x800, 0x1000,
	  VMCALL_ALIGN_ERROR, false },
};

static void check_map_gpa(uint64_t start, uint64_t size, uint64_t want)
{
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_MAP_GPA, start, size, 0), want);
	expect("RAX", trial.gpr[RAX], 0);
	/* Success leaves R11 alone. */
	expect("R11", trial.gpr[R11], want ? start : VMCALL_MAP_GPA);
}

/* On a page that the program can lose. */
static void check_map_gpa_rows(void)
{
	void *page = page_alloc(1);

	for (size_t i = 0; i < ARRAY_SIZE(map_gpa_rows); i++) {
		const struct map_gpa *row = &map_gpa_rows[i];

		rule_begin(row->name);
		check_map_gpa((page_pa(page) + row->start) |
			      (row->is_shared ? shared_bit : 0), row->size,
			      row->want);
	}
	page_free(page, 1);
}

static void map_gpa_beyond_width(void)
{
	check_map_gpa(2 * shared_bit, 0x1000, VMCALL_INVALID_OPERAND);
	check_map_gpa(BIT(60), 0x1000, VMCALL_INVALID_OPERAND);
}

static void map_gpa_mixed_shared_bit(void)
{
	check_map_gpa(shared_bit - 0x1000, 0x2000, VMCALL_INVALID_OPERAND);
}

static void map_gpa_end_beyond_width(void)
{
	check_map_gpa(2 * shared_bit - 0x1000, 0x2000,
		      VMCALL_INVALID_OPERAND);
}

static void map_gpa_round_trip(void)
{
	const uint64_t gpa = page_pa(page_alloc(1));

	check_map_gpa(gpa | shared_bit, 0x1000, 0);
	check_map_gpa(gpa | shared_bit, 0x1000, 0);
	check_map_gpa(gpa, 0x1000, 0);
	check_map_gpa(gpa, 0x1000, 0);
	expect("ACCEPT", tdcall3(TDG_MEM_PAGE_ACCEPT, gpa, 0), 0);
}

/* MapGPA: what OVMF does with device memory. */
static void map_gpa_mmio_shared(void)
{
	check_map_gpa(0xFEC00000 | shared_bit, 0x1000, 0);
	check_map_gpa(0xFED1C000 | shared_bit, 0x4000, 0);
	check_map_gpa(0xFEE00000 | shared_bit, 0x100000, 0);
	check_map_gpa(0xC0000000 | shared_bit, 0x20000000, 0);
}

/* However many pages that would be. */
static void map_gpa_half_of_all(void)
{
	check_map_gpa(shared_bit + shared_bit / 2, shared_bit / 2, 0);
}

static void map_gpa_mmio_private(void)
{
	check_map_gpa(0xFEC00000, 0x1000, VMCALL_INVALID_OPERAND);
}

/* In chunks of 2 MiB: the first one that is refused ends it. */
static void map_gpa_private_beyond_ram(void)
{
	static const struct {
		uint64_t before, size, done;
	} rows[] = {
		{ 0x200000, 0x400000, 0x200000 }, { 0x1000, 0x2000, 0 },
		{ 0x300000, 0x400000, 0x200000 },
		{ 0x400000, 0x8000000, 0x400000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint64_t start = RAM_END - rows[i].before;
		struct trial trial = { 0 };

		expect("R10", vmcall(&trial, VMCALL_MAP_GPA, start,
				     rows[i].size, 0), VMCALL_INVALID_OPERAND);
		expect("R11", trial.gpr[R11], start + rows[i].done);
	}
	check_map_gpa(RAM_END - 0x200000, 0x200000, 0);
}

/* GetQuote. */
struct quote_header {
	uint64_t version, status;
	uint32_t in_len, out_len;
};
ASSERT_SIZE(struct quote_header, 24);

static struct quote_header *quote_buffer;
static uint64_t quote_gpa;

static void quote_setup(void)
{
	uint64_t address;

	quote_gpa = page_pa(page_alloc(2)) | shared_bit;
	check_map_gpa(quote_gpa, 0x2000, 0);
	address = trial_map(0, quote_gpa | 3);
	trial_map(1, (quote_gpa + 0x1000) | 3);
	quote_buffer = (struct quote_header *)(uintptr_t)address;
}

static uint64_t get_quote(uint64_t gpa, uint64_t size, uint64_t version,
			  uint32_t in_len)
{
	struct trial trial = { 0 };

	*quote_buffer = (struct quote_header){
		.version = version,
		.in_len = in_len,
	};
	return vmcall(&trial, VMCALL_GET_QUOTE, gpa, size, 0);
}

static void quote_private(void)
{
	expect("R10", get_quote(quote_gpa & ~shared_bit, 0x2000, 1, 1024),
	       VMCALL_INVALID_OPERAND);
}

static void quote_size_0(void)
{
	expect("R10", get_quote(quote_gpa, 0, 1, 1024),
	       VMCALL_INVALID_OPERAND);
}

static void quote_unaligned_gpa(void)
{
	expect("R10", get_quote(quote_gpa + 0x800, 0x1000, 1, 1024),
	       VMCALL_ALIGN_ERROR);
}

static void quote_unaligned_size(void)
{
	expect("R10", get_quote(quote_gpa, 0x1800, 1, 1024),
	       VMCALL_ALIGN_ERROR);
}

static void quote_version(void)
{
	expect("0", get_quote(quote_gpa, 0x2000, 0, 1024),
	       VMCALL_INVALID_OPERAND);
	expect("2", get_quote(quote_gpa, 0x2000, 2, 1024),
	       VMCALL_INVALID_OPERAND);
}

static void quote_too_large(void)
{
	expect("R10", get_quote(quote_gpa, 0x21000, 1, 1024),
	       VMCALL_INVALID_OPERAND);
}

static void quote_in_len(void)
{
	expect("R10", get_quote(quote_gpa, 0x1000, 1, 0x1000 - 23),
	       VMCALL_INVALID_OPERAND);
	expect("the largest", get_quote(quote_gpa, 0x1000, 1, 0x1000 - 24),
	       0);
}

static void quote_no_service(void)
{
	expect("R10", get_quote(quote_gpa, 0x2000, 1, 1024), 0);
	expect("status", quote_buffer->status, QUOTE_UNAVAILABLE);
	expect("out_len", quote_buffer->out_len, 0);
}

/* Answered within the call: there is nothing left to tell. */
static volatile unsigned int interrupts;

static void note_interrupt(void *arg)
{
	(void)arg;
	interrupts++;
}

static void quote_no_service_no_interrupt(void)
{
	const int vector = irq_alloc(note_interrupt, NULL);
	struct trial trial = { 0 };

	expect("R10", vmcall(&trial, VMCALL_EVENT_NOTIFY, (uint64_t)vector, 0,
			     0), 0);
	expect("R10", get_quote(quote_gpa, 0x2000, 1, 1024), 0);
	thread_sleep(NSEC_PER_MSEC);
	expect("interrupts", interrupts, 0);
}

static const struct rule rules[] = {
	{ "map_gpa.beyond_width", map_gpa_beyond_width },
	{ "map_gpa.mixed_shared_bit", map_gpa_mixed_shared_bit },
	{ "map_gpa.end_beyond_width", map_gpa_end_beyond_width },
	{ "map_gpa.round_trip", map_gpa_round_trip },
	{ "map_gpa.mmio_shared", map_gpa_mmio_shared },
	{ "map_gpa.half_of_all", map_gpa_half_of_all },
	{ "map_gpa.mmio_private", map_gpa_mmio_private },
	{ "map_gpa.private_beyond_ram", map_gpa_private_beyond_ram },
	{ "get_quote.setup", quote_setup },
	{ "get_quote.private", quote_private },
	{ "get_quote.size_0", quote_size_0 },
	{ "get_quote.unaligned_gpa", quote_unaligned_gpa },
	{ "get_quote.unaligned_size", quote_unaligned_size },
	{ "get_quote.version", quote_version },
	{ "get_quote.too_large", quote_too_large },
	{ "get_quote.in_len", quote_in_len },
	{ "get_quote.no_service", quote_no_service },
	{ "get_quote.no_service_no_interrupt", quote_no_service_no_interrupt },
};

int main(void)
{
	trial_init();
	check_map_gpa_rows();
	RULES_CHECK(rules);
	return rules_verdict();
}
