/* SPDX-License-Identifier: MIT */
/*
 * #VE for MOVS and STOS against the CPU: all sizes, repeats and directions,
 * with a device on either side or on both, over page boundaries, and one step
 * at a time.
 * limit: 240
 */
#include "arch/x86/trap.h"
#include "tests/guest/ve_diff.h"

#define RFLAGS_TF BIT(8)
#define RFLAGS_DF BIT(10)
#define RFLAGS_RF BIT(16)
/* The first three pages of the device are as good as memory. */
#define FROM_PAGE 0
#define TO_PAGE PAGE_SIZE
#define DEVICE_SIZE (3 * PAGE_SIZE)
#define FORMS 8			/* of each size: see ve_diff_cases.S */
#define FORM_STOS 5
#define STEPS_MAX 64

enum { FROM_DEVICE = 1, TO_DEVICE = 2 };

/* What stands for the device where the CPU does the work. */
static _Alignas(PAGE_SIZE) uint8_t plain[DEVICE_SIZE];
/* What is memory while the device is a device. */
static _Alignas(PAGE_SIZE) uint8_t other[DEVICE_SIZE];

static struct {
	unsigned int count;
	uint64_t start;
	bool is_native;
	struct {
		uint64_t rip, rcx;
	} at[STEPS_MAX];	/* the CPU's, and from the middle on ours */
} steps;

struct test {
	const struct ve_case *what;
	unsigned int form;
	unsigned int size;
	uint64_t count;
	uint64_t offset;	/* of the first element in its page */
	unsigned int devices;
	uint64_t flags;
};

static bool is_segmented(const struct test *test)
{
	return test->form == 3 || test->form == 4;
}

/* The bytes from which to which the test can reach, with some to spare. */
static uint64_t lowest(const struct test *test)
{
	const uint64_t back = test->flags & RFLAGS_DF ?
				      test->count * test->size : 0;

	return align_down(test->offset - (back > test->offset ?
					  test->offset : back), 8);
}

static uint64_t highest(const struct test *test)
{
	return align_up(test->offset + test->size +
			(test->flags & RFLAGS_DF ? 0 :
			 test->count * test->size), 8) + 8;
}

static uint64_t pattern(uint64_t offset)
{
	return 0x8182838485868788 + offset * 0x010309;
}

static void fill(const struct test *test)
{
	for (uint64_t page = 0; page <= TO_PAGE; page += TO_PAGE) {
		for (uint64_t at = page + lowest(test);
		     at < page + highest(test); at += 8) {
			const uint64_t value = pattern(at);

			memcpy(plain + at, &value, 8);
			memcpy(other + at, &value, 8);
			tdx_mmio_write(DIFF_DEVICE + at, 8, value);
		}
	}
}

static bool compare(const struct test *test)
{
	bool is_same = true;

	for (uint64_t page = 0; page <= TO_PAGE; page += TO_PAGE) {
		for (uint64_t at = page + lowest(test);
		     at < page + highest(test); at += 8) {
			const bool is_device =
				test->devices &
				(page ? TO_DEVICE : FROM_DEVICE);
			uint64_t got;
			uint64_t want;

			memcpy(&want, plain + at, 8);
			memcpy(&got, other + at, 8);
			if (is_device)
				got = tdx_mmio_read(DIFF_DEVICE + at, 8);
			is_same &= check_equal(got, want, "bytes", __FILE__,
					       (int)at);
		}
	}
	return is_same;
}

static void run(const struct test *test, struct ve_registers *regs,
		const uint8_t *from, const uint8_t *to)
{
	const uint64_t gs = is_segmented(test) ? (uintptr_t)from : 0;

	*regs = diff_start(0, 0);
	regs->rcx = test->count;
	regs->rsi = (uintptr_t)from - gs + test->offset;
	regs->rdi = (uintptr_t)to + test->offset;
	if (test->form == 4) {
		/* 32-bit addresses: the upper halves do not count. */
		regs->rcx |= BIT(63);
		regs->rsi |= BIT(62);
		regs->rdi |= BIT(61);
	}
	regs->rflags |= test->flags;
	cpu_irq_disable();
	cpu_wrmsr(MSR_GS_BASE, gs);
	ve_case_run(test->what, regs);
	cpu_wrmsr(MSR_GS_BASE, 0);
	cpu_irq_enable();
	/* As distances: what has to be equal. */
	regs->rsi -= (uintptr_t)from - gs;
	regs->rdi -= (uintptr_t)to;
}

static const uint8_t *device(uint64_t page)
{
	return (const uint8_t *)paging_shared_pointer(DIFF_DEVICE) + page;
}

/* A #VE for each page of the device, and for every 256 elements. */
static uint64_t expected_ves(const struct test *test)
{
	const bool is_repeated = test->form % FORM_STOS;
	const uint64_t count = is_repeated ? test->count : 1;
	const uint64_t step = test->flags & RFLAGS_DF ?
				      -(uint64_t)test->size : test->size;
	uint64_t page = UINT64_MAX;
	uint64_t left = 0;
	uint64_t ves = 0;

	for (uint64_t i = 0; i < count; i++) {
		const uint64_t at = test->offset + i * step;

		if (!left || at / PAGE_SIZE != page) {
			ves++;
			left = 256;
		}
		left--;
		page = at / PAGE_SIZE;
	}
	return ves;
}

static bool check_test(const struct test *test)
{
	const uint64_t before = tdx_count(TDX_COUNT_VE_MMIO);
	struct ve_registers want;
	struct ve_registers got;
	uint64_t end;
	bool is_same;

	fill(test);
	steps.count = 0;
	steps.is_native = true;
	run(test, &want, plain + FROM_PAGE, plain + TO_PAGE);
	end = ve_diff_end;
	is_same = CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO), before);
	steps.is_native = false;
	run(test, &got,
	    test->devices & FROM_DEVICE ? device(FROM_PAGE) : other + FROM_PAGE,
	    test->devices & TO_DEVICE ? device(TO_PAGE) : other + TO_PAGE);
	/* On both sides: one more for each element that is written. */
	is_same &= test->devices == (FROM_DEVICE | TO_DEVICE) ?
		CHECK(tdx_count(TDX_COUNT_VE_MMIO) > before || !test->count) :
		CHECK_EQUAL(tdx_count(TDX_COUNT_VE_MMIO) - before,
			    expected_ves(test));
	is_same &= CHECK_EQUAL(ve_diff_end, end);
	is_same &= diff_compare(&got, &want);
	is_same &= compare(test);
	diff_cases++;
	if (!is_same)
		printf("FAILED: %s, count %lu, offset %#lx, devices %u, "
		       "flags %#lx\n", ve_case_text(test->what), test->count,
		       test->offset, test->devices, test->flags);
	return is_same;
}

/* All directions, and sides that are devices. */
static void check_sides(struct test test)
{
	for (unsigned int devices = 1; devices <= 3; devices++) {
		const bool is_stos = test.form >= FORM_STOS;

		/* STOS only writes; 32-bit addresses do not reach devices. */
		if ((is_stos && devices != TO_DEVICE) ||
		    (test.form == 4 && devices != FROM_DEVICE))
			continue;
		test.devices = devices;
		test.flags = 0;
		check_test(&test);
		test.flags = RFLAGS_DF;
		check_test(&test);
	}
}

static void check_form(const struct ve_case *what, unsigned int form,
		       unsigned int size)
{
	static const uint64_t counts[] = { 0, 1, 2, 5, 17 };
	struct test test = { .what = what, .form = form, .size = size };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		test.count = counts[i];
		test.offset = 0x200;
		check_sides(test);
	}
	/* More than one #VE's worth. */
	test.count = 300;
	test.offset = 0xC00;
	if (form == 1 || form == 6 || form == 4)
		check_sides(test);
	/* Over a page boundary, up and down. */
	test.count = 9;
	test.offset = PAGE_SIZE - 4 * size;
	check_sides(test);
	test.offset = PAGE_SIZE;
	check_sides(test);
}

/* A step for each element, natively and by #VE, with the same registers. */
static void on_debug(struct trap_frame *frame)
{
	const uint64_t rip = frame->rip - steps.start;
	const unsigned int i = steps.count % STEPS_MAX;

	if (rip > 15) {
		/* Not yet there, or over. */
		if (steps.count)
			frame->rflags &= ~RFLAGS_TF;
		return;
	}
	if (!steps.is_native)
		CHECK_EQUAL(!!(frame->rflags & RFLAGS_RF), rip == 0 &&
			    steps.count > STEPS_MAX / 2);
	steps.at[i].rip = rip;
	steps.at[i].rcx = frame->rcx;
	steps.count++;
}

static void check_steps(const struct ve_case *what, unsigned int form)
{
	const struct test test = {
		.what = what, .form = form, .size = 1, .count = 5,
		.offset = 0x40, .flags = RFLAGS_TF,
		.devices = form >= FORM_STOS ? TO_DEVICE : FROM_DEVICE,
	};
	struct ve_registers regs;
	unsigned int native;

	fill(&test);
	steps.start = ve_case_code(what);
	steps.count = 0;
	steps.is_native = true;
	run(&test, &regs, plain + FROM_PAGE, plain + TO_PAGE);
	native = steps.count;
	CHECK(native >= test.count + 1 && native < STEPS_MAX / 2);
	steps.is_native = false;
	steps.count = STEPS_MAX / 2;
	run(&test, &regs, test.devices & FROM_DEVICE ? device(FROM_PAGE) :
	    other + FROM_PAGE, test.devices & TO_DEVICE ? device(TO_PAGE) :
	    other + TO_PAGE);
	CHECK_EQUAL(steps.count - STEPS_MAX / 2, native);
	for (unsigned int i = 0; i < native; i++) {
		CHECK_EQUAL(steps.at[STEPS_MAX / 2 + i].rip, steps.at[i].rip);
		CHECK_EQUAL(steps.at[STEPS_MAX / 2 + i].rcx, steps.at[i].rcx);
	}
	CHECK(compare(&test));
}

int main(void)
{
	const struct ve_case *what = ve_diff_strings;

	CHECK_EQUAL(paging_map_shared(DIFF_DEVICE, DIFF_DEVICE + DEVICE_SIZE),
		    0);
	trap_set_handler(TRAP_DB, on_debug);
	for (unsigned int size = 1; size <= 8; size *= 2)
		for (unsigned int form = 0; form < FORMS; form++)
			check_form(what++, form, size);
	CHECK(what == ve_diff_strings_end);
	check_steps(&ve_diff_strings[1], 1);
	check_steps(&ve_diff_strings[6], 6);
	printf("32 instructions, executed %u times on memory and device\n",
	       diff_cases);
	return check_verdict();
}
