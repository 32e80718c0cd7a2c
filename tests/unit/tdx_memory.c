/* SPDX-License-Identifier: MIT */
/*
 * arch/x86/tdx/memory.c and tdx_init() against hosts that lie and modules of
 * different age: what is converted and accepted, what is refused, and that
 * nothing goes on for ever.
 *
 * Links: arch/x86/tdx/tdcall.S arch/x86/tdx/call.c arch/x86/tdx/trust.c
 * Links: arch/x86/tdx/memory.c arch/x86/tdx/tdx.c arch/x86/tdx/fatal.c
 */
#define _GNU_SOURCE
#include "tests/unit/fake_td.h"

#include <errno.h>

#include "arch/x86/tdx/tdx.h"

#define SHARED BIT(47)
#define START UINT64_C(0x400000)
#define INVALID (UINT64_C(1) << 63)
#define PAGE_COUNT 4096

/* What the host says to MapGPA, one entry after the other. */
struct answer {
	uint64_t status;
	uint64_t value;
};
static struct answer answers[64];
static unsigned int num_answers;
static uint64_t first_gpa, last_gpa, last_size;
static bool is_fatal;
static char report[65];
static sigjmp_buf died;

/* The module's side. */
static uint64_t attributes, config_flags, td_ctls, gpaw;
static uint64_t notify_enables, vp_info_status;
static bool ctls_is_stuck, has_fields;
static uint8_t accepted[PAGE_COUNT];	/* by page from START on */
static bool maps_4k_only;
static unsigned int busy, accepts;
static uint64_t refusal;		/* of each page; 0: none */

static void take_report(const uint64_t reg[16])
{
	static const int order[8] = { R14, R15, RBX, RDI, RSI, R8, R9, RDX };

	for (int i = 0; i < 8; i++)
		memcpy(report + 8 * i, &reg[order[i]], 8);
	is_fatal = true;
}

static void td_host(uint64_t reg[16])
{
	if (is_fatal)
		siglongjmp(died, 1);
	if (reg[R11] == 0x10003) {
		take_report(reg);
		return;
	}
	expect_u64(reg[R11], 0x10001, "only MapGPA is called");
	if (td.calls == 1)
		first_gpa = reg[R12];
	last_gpa = reg[R12];
	last_size = reg[R13];
	if (td.calls <= num_answers) {
		reg[R10] = answers[td.calls - 1].status;
		reg[R11] = answers[td.calls - 1].value;
	}
}

static uint64_t accept(uint64_t rcx)
{
	const uint64_t level = rcx & 7;
	const uint64_t page = ((rcx & ~0xFFFUL) - START) / 4096;
	const uint64_t count = level ? 512 : 1;

	accepts++;
	if (busy) {
		busy--;
		return UINT64_C(0x8000020000000001);
	}
	if (refusal)
		return refusal;
	if (level > 1 || rcx & 0xFF8 || page % count ||
	    page + count > PAGE_COUNT)
		return UINT64_C(0xC000010000000001);
	/* The level that was found stands in the low half. */
	if (level && maps_4k_only)
		return UINT64_C(0xC0000B0B00000001);
	for (uint64_t i = 0; i < count; i++)
		if (accepted[page + i]++)
			return UINT64_C(0x00000B0A00000000) | level;
	return 0;
}

static uint64_t *field(uint64_t id)
{
	if (!has_fields)
		return NULL;
	switch (id) {
	case 0x1110000300000016:
		return &config_flags;
	case 0x1110000300000017:
		return &td_ctls;
	case 0x9110000300000010:
		return &notify_enables;
	default:
		return NULL;
	}
}

static void td_module(uint64_t reg[16])
{
	uint64_t *at = field(reg[RDX]);
	const uint64_t leaf = reg[RAX];

	reg[RAX] = 0;
	switch (leaf) {
	case 1:
		reg[RAX] = vp_info_status;
		reg[RCX] = gpaw;
		reg[RDX] = attributes;
		reg[R8] = 1 | UINT64_C(4) << 32;
		reg[R9] = 0;
		break;
	case 6:
		reg[RAX] = accept(reg[RCX]);
		break;
	case 7:
		reg[RAX] = at ? 0 : UINT64_C(0xC0000C0000000000);
		reg[R8] = at ? *at : 0;
		break;
	case 8:
		if (at && !ctls_is_stuck)
			*at = (*at & ~reg[R9]) | (reg[R8] & reg[R9]);
		reg[RAX] = at ? 0 : UINT64_C(0xC0000C0000000000);
		break;
	default:
		reg[RAX] = UINT64_C(0xC000010000000000);
	}
}

/* tdx_init(); the text of its report, or "". */
static const char *init(void)
{
	memset(report, 0, sizeof(report));
	is_fatal = false;
	if (sigsetjmp(died, 1) == 0)
		tdx_init();
	return report;
}

static void check_init(void)
{
	static const char refused[] =
		"tdx: host may raise #VE on private pages (SEPT_VE_DISABLE=0)";

	gpaw = 48;
	attributes = BIT(28);
	has_fields = false;
	expect_text(init(), "", "an old module, SEPT_VE_DISABLE");
	expect_u64(tdx_shared_bit(), BIT(47), "shared bit");
	expect_u64(tdx_info()->max_vcpus, 4, "max_vcpus");
	attributes = 0;
	expect_text(init(), refused, "an old module, no SEPT_VE_DISABLE");
	has_fields = true;
	config_flags = 0;
	td_ctls = 1;
	expect_text(init(), refused, "a new module, not flexible");
	config_flags = BIT(1);
	td_ctls = 0;
	notify_enables = 1;
	expect_text(init(), "", "flexible");
	expect_u64(td_ctls, 1, "PENDING_VE_DISABLE");
	expect_u64(notify_enables, 0, "NOTIFY_ENABLES");
	td_ctls = 0;
	ctls_is_stuck = true;
	attributes = BIT(28);
	expect_text(init(), refused, "flexible, but it is not so");
	ctls_is_stuck = false;
	gpaw = 47;
	expect_text(init(), "tdx: GPA width is neither 48 nor 52", "GPAW");
	gpaw = 52;
	expect_text(init(), "", "GPAW 52");
	expect_u64(tdx_shared_bit(), BIT(51), "shared bit");
	gpaw = 48;
	vp_info_status = UINT64_C(0xC000010000000000);
	expect_text(init(), "tdx: TDG.VP.INFO failed", "VP.INFO");
	vp_info_status = 0;
	expect_text(init(), "", "GPAW 48");
}

static int share(uint64_t start, uint64_t size)
{
	td.calls = 0;
	first_gpa = 0;
	return tdx_share(start, size);
}

/* One host for each line. */
static void check_share(void)
{
	const uint64_t at = START | SHARED;

	num_answers = 1;
	answers[0] = (struct answer){ 0, 0xBAD };
	expect_u64((uint64_t)share(START, 0x4000), 0, "success");
	expect_u64(first_gpa, at, "start with the shared bit");
	expect_u64(last_size, 0x4000, "size");
	answers[0] = (struct answer){ INVALID, at };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO, "refused");
	answers[0] = (struct answer){ 1, at - 0x1000 };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO, "before");
	answers[0] = (struct answer){ 1, at + 0x4000 };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO, "behind");
	answers[0] = (struct answer){ 1, START + 0x1000 };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO,
		   "without the shared bit");
	answers[0] = (struct answer){ 1, at + 0x1001 };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO,
		   "not a page");
	expect_u64(td.calls, 1, "no second call");
	num_answers = 3;
	answers[0] = (struct answer){ 1, at + 0x1000 };
	answers[1] = (struct answer){ 1, at };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-EIO,
		   "backwards");
	answers[1] = (struct answer){ 1, at + 0x3000 };
	answers[2] = (struct answer){ 0, 0 };
	expect_u64((uint64_t)share(START, 0x4000), 0, "in three steps");
	expect_u64(last_gpa, at + 0x3000, "goes on where the host stopped");
	expect_u64(last_size, 0x1000, "with what is left");
}

static void check_bounds(void)
{
	const uint64_t at = START | SHARED;

	num_answers = 64;
	for (unsigned int i = 0; i < 64; i++)
		answers[i] = (struct answer){ 1, at };
	expect_u64((uint64_t)share(START, 0x4000), (uint64_t)-ETIMEDOUT,
		   "no progress");
	expect_true(td.calls <= 32, "a bound");
	/* Slow, but a page with each three answers. */
	for (unsigned int i = 0; i < 63; i++)
		answers[i].value = at + i / 3 * 0x1000;
	answers[63] = (struct answer){ 0, 0 };
	expect_u64((uint64_t)share(START, 0x40000), 0, "slow progress");
	expect_u64(td.calls, 64, "slow progress");
	num_answers = 0;
	expect_u64((uint64_t)share(START + 8, 0x1000), (uint64_t)-EINVAL,
		   "alignment");
	expect_u64((uint64_t)share(SHARED - 0x1000, 0x2000),
		   (uint64_t)-EINVAL, "across the shared bit");
	expect_u64((uint64_t)share(START, -(uint64_t)0x1000),
		   (uint64_t)-EINVAL, "around");
	expect_u64(td.calls, 0, "no call for nonsense");
}

static uint64_t accept_range(uint64_t start, uint64_t end)
{
	accepts = 0;
	return (uint64_t)tdx_accept(START + start, START + end);
}

static uint64_t sum_accepted(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < PAGE_COUNT; i++)
		sum += accepted[i];
	return sum;
}

static void check_accept(void)
{
	memset(accepted, 0, sizeof(accepted));
	expect_u64(accept_range(0x1FF000, 0x601000), 0, "odd ends");
	expect_u64(accepts, 4, "4K, 2M, 2M, 4K");
	expect_u64(sum_accepted(), 1026, "each page once");
	expect_u64(accept_range(0x600000, 0x602000), (uint64_t)-EEXIST,
		   "accepted before");
	expect_u64(accept_range(0x200000, 0x400000), (uint64_t)-EEXIST,
		   "2M accepted before");
	memset(accepted, 0, sizeof(accepted));
	maps_4k_only = true;
	expect_u64(accept_range(0, 0x400000), 0, "host maps 4K");
	expect_u64(accepts, 2 + 1024, "2M tried, then 4K");
	expect_u64(sum_accepted(), 1024, "each page once");
	maps_4k_only = false;
	memset(accepted, 0, sizeof(accepted));
	busy = 3;
	expect_u64(accept_range(0, 0x1000), 0, "busy for a while");
	busy = UINT32_MAX;
	expect_u64(accept_range(0x1000, 0x2000), (uint64_t)-EBUSY, "busy");
	busy = 0;
	expect_true(accepts <= 10000, "a bound");
	expect_u64(accept_range(0x1001, 0x2000), (uint64_t)-EINVAL, "start");
	expect_u64(accept_range(0x1000, 0x2001), (uint64_t)-EINVAL, "end");
	expect_u64(accept_range(0x2000, 0x1000), (uint64_t)-EINVAL, "order");
	expect_u64(accept_range(0x1000000, 0x1001000), (uint64_t)-EINVAL,
		   "what the module does not know");
}

/* Nothing but 0 is a success, with bit 63 or without. */
static void check_refusals(void)
{
	static const uint64_t refusals[] = {
		UINT64_C(0xC0000B0D00000001),	/* EPT_ENTRY_STATE_INCORRECT */
		UINT64_C(0xC0000B0B00000000),	/* PAGE_SIZE_MISMATCH, of 4K */
		UINT64_C(0x0000081500000000),	/* KEY_CONFIGURED */
		UINT64_C(0x0000000100000000),	/* of a module to come */
	};
	const uint64_t before = tdx_count(TDX_COUNT_PAGES_ACCEPTED);

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		refusal = refusals[i];
		expect_u64(accept_range(0, 0x1000), (uint64_t)-EIO, "4K");
		expect_u64(accept_range(0, 0x200000), (uint64_t)-EIO, "2M");
	}
	refusal = 0;
	expect_u64(tdx_count(TDX_COUNT_PAGES_ACCEPTED), before, "no page");
}

static void check_unshare(void)
{
	num_answers = 2;
	answers[0] = (struct answer){ 1, START + 0x3000 };
	answers[1] = (struct answer){ 0, 0 };
	memset(accepted, 0, sizeof(accepted));
	td.calls = 0;
	expect_u64((uint64_t)tdx_unshare(START, 0x4000), 0, "unshare");
	expect_u64(first_gpa & SHARED, 0, "no shared bit");
	expect_u64(sum_accepted(), 4, "all of it is accepted");
	/* The host did nothing: the pages were private all the time. */
	td.calls = 0;
	expect_u64((uint64_t)tdx_unshare(START, 0x4000), (uint64_t)-EEXIST,
		   "a page that never left");
	td.calls = 0;
	expect_u64((uint64_t)tdx_unshare(START + 8, 0x1000),
		   (uint64_t)-EINVAL, "alignment");
	expect_u64((uint64_t)tdx_unshare(START, -(uint64_t)0x1000),
		   (uint64_t)-EINVAL, "around");
	expect_u64(td.calls, 0, "no call for nonsense");
}

int main(void)
{
	td_init();
	check_init();
	check_share();
	check_bounds();
	check_accept();
	check_refusals();
	check_unshare();
	return expect_result("tdx_memory");
}
