/* SPDX-License-Identifier: MIT */
/*
 * Takes samples: one subject after the other, each after a warm-up, interrupts
 * off but where the subject turns them on. The cost of the measurement is
 * measured first, by the same code with nothing in it.
 */
#include "apps/bench/bench.h"

#include "arch/x86/cpu.h"
#include "kernel/irq.h"

/* A subject that fails so often in a row is given up. */
#define ERRORS_MAX 16
#define WARM_UP_PART 10

const char *bench_via_name(enum bench_via via)
{
	static const char *const names[BENCH_VIAS] = {
		[BENCH_SELF] = "self",	   [BENCH_MODULE] = "module",
		[BENCH_DIRECT] = "direct", [BENCH_VE] = "ve",
		[BENCH_IRQ] = "irq",
	};

	return names[via];
}

static uint64_t ticks_of(const struct bench *bench,
			 const struct bench_subject *subject,
			 const struct probe *probe)
{
	uint64_t ticks;

	if (subject->ticks)
		return subject->ticks(probe);
	ticks = probe->end - probe->start;
	return ticks > bench->cost ? ticks - bench->cost : 0;
}

/* False: this sample does not count. */
static bool take(const struct bench *bench, struct bench_row *row,
		 uint64_t *ticks)
{
	const struct bench_subject *const subject = row->subject;
	struct probe probe = { 0 };
	uint64_t flags;
	bool is_good;

	flags = irq_save();
	subject->set_up(&probe);
	probe_run(&probe);
	cpu_irq_disable();
	is_good = subject->is_good ? subject->is_good(&probe) : !probe.result;
	irq_restore(flags);
	*ticks = ticks_of(bench, subject, &probe);
	if (!is_good && !row->num_errors++)
		row->error = probe.result;
	return is_good;
}

static uint32_t num_wanted(const struct bench *bench,
			   const struct bench_subject *subject)
{
	const uint32_t part = bench->samples / BENCH_SLOW_PART;

	if (!subject->is_slow)
		return bench->samples;
	return part > BENCH_SLOW_MIN ? part : BENCH_SLOW_MIN;
}

static void fill(struct bench *bench, struct bench_row *row)
{
	const uint32_t wanted = num_wanted(bench, row->subject);
	const uint32_t warm_up = wanted / WARM_UP_PART + 1;
	uint32_t taken = 0;
	uint32_t failed = 0;

	while (taken < warm_up + wanted && failed < ERRORS_MAX) {
		uint64_t ticks;

		if (!take(bench, row, &ticks)) {
			failed++;
			continue;
		}
		failed = 0;
		if (taken >= warm_up)
			bench->buffer[taken - warm_up] = ticks;
		taken++;
	}
	if (taken > warm_up)
		stats_describe(row, bench->buffer, taken - warm_up);
}

void bench_run(struct bench *bench, const struct bench_subject *subjects,
	       size_t count)
{
	for (size_t i = 0; i < count && bench->num_rows < BENCH_ROWS; i++) {
		struct bench_row *const row = &bench->rows[bench->num_rows++];

		row->subject = &subjects[i];
		fill(bench, row);
	}
}

static void set_up_empty(struct probe *probe)
{
	probe->code = probe_empty;
}

static void set_up_nop1(struct probe *probe)
{
	probe->code = probe_nop1;
}

static void set_up_nop10(struct probe *probe)
{
	probe->code = probe_nop10;
}

static void set_up_nop100(struct probe *probe)
{
	probe->code = probe_nop100;
}

static void set_up_nop1000(struct probe *probe)
{
	probe->code = probe_nop1000;
}

static const struct bench_subject empty[] = {
	{ .name = "empty", .text = "the measurement itself",
	  .set_up = set_up_empty },
};

static const struct bench_subject nops[] = {
	{ .name = "nop_1", .text = "1 NOP", .set_up = set_up_nop1 },
	{ .name = "nop_10", .text = "10 NOPs", .set_up = set_up_nop10 },
	{ .name = "nop_100", .text = "100 NOPs", .set_up = set_up_nop100 },
	{ .name = "nop_1000", .text = "1000 NOPs", .set_up = set_up_nop1000 },
};

void bench_calibrate(struct bench *bench)
{
	const struct bench_row *row = &bench->rows[bench->num_rows];
	uint64_t count = 1;

	bench_run(bench, empty, ARRAY_SIZE(empty));
	bench->cost = row->min;
	bench_run(bench, nops, ARRAY_SIZE(nops));
	bench->is_exact = true;
	for (size_t i = 0; i < ARRAY_SIZE(nops); i++, count *= 10) {
		row++;
		if (row->min != count || row->p50 != count)
			bench->is_exact = false;
	}
}
