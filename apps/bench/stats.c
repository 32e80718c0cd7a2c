/* SPDX-License-Identifier: MIT */
/* Order statistics of a row's samples, and its histogram. */
#include "apps/bench/bench.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a;
	const uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Nearest rank: the smallest sample that part/1000 of all do not exceed. */
static uint64_t rank(const uint64_t *sorted, size_t count, size_t part)
{
	return sorted[(count * part + 999) / 1000 - 1];
}

/* Below BENCH_STEPS each value has its own bin; then 16 to each doubling. */
static unsigned int bin_of(uint64_t value)
{
	unsigned int doublings = 0;
	unsigned int bin;

	while (value >> doublings >= 2 * BENCH_STEPS)
		doublings++;
	bin = doublings * BENCH_STEPS + (unsigned int)(value >> doublings);
	return bin < BENCH_BINS ? bin : BENCH_BINS - 1;
}

uint64_t stats_bin_start(unsigned int bin)
{
	const unsigned int doublings =
		bin < 2 * BENCH_STEPS ? 0 : bin / BENCH_STEPS - 1;

	return (uint64_t)(bin - doublings * BENCH_STEPS) << doublings;
}

void stats_describe(struct bench_row *row, uint64_t *samples, size_t count)
{
	qsort(samples, count, sizeof(samples[0]), compare);
	row->num_samples = (uint32_t)count;
	row->min = samples[0];
	row->p50 = rank(samples, count, 500);
	row->p90 = rank(samples, count, 900);
	row->p99 = rank(samples, count, 990);
	row->p99_9 = rank(samples, count, 999);
	row->max = samples[count - 1];
	for (size_t i = 0; i < count; i++)
		row->bins[bin_of(samples[i])]++;
}
