/* SPDX-License-Identifier: MIT */
/*
 * apps/bench/stats.c: percentiles after their definition, counted, for every
 * number of samples up to some, and for the most that there can be; bins that
 * hold each value once and are as narrow as is said.
 * Links: apps/bench/stats.c
 */
#include "tests/unit/expect.h"

#include "apps/bench/bench.h"

static uint64_t samples[BENCH_SAMPLES_MAX];
static uint64_t seed = 1;

static uint64_t random_number(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return seed >> 33;
}

/* Is it the smallest of them that part/1000 of all do not exceed? */
static void check_rank(uint64_t got, size_t count, size_t part)
{
	size_t below = 0;
	size_t equal = 0;

	for (size_t i = 0; i < count; i++) {
		below += samples[i] < got;
		equal += samples[i] == got;
	}
	expect_true(equal, "a percentile is a sample");
	expect_true((below + equal) * 1000 >= part * count, "not too low");
	expect_true(below * 1000 < part * count, "not too high");
}

static void check_ranks(size_t count, uint64_t spread)
{
	static struct bench_row row;
	uint64_t sum = 0;

	memset(&row, 0, sizeof(row));
	for (size_t i = 0; i < count; i++)
		samples[i] = random_number() % spread;
	stats_describe(&row, samples, count);
	expect_u64(row.num_samples, count, "samples");
	expect_u64(row.min, samples[0], "min");
	expect_u64(row.max, samples[count - 1], "max");
	for (size_t i = 1; i < count; i++)
		if (samples[i - 1] > samples[i])
			expect_true(false, "in order");
	check_rank(row.p50, count, 500);
	check_rank(row.p90, count, 900);
	check_rank(row.p99, count, 990);
	check_rank(row.p99_9, count, 999);
	for (size_t i = 0; i < BENCH_BINS; i++)
		sum += row.bins[i];
	expect_u64(sum, count, "each sample is in a bin");
}

/* The only bin of one sample. */
static unsigned int bin_of(uint64_t value)
{
	static struct bench_row row;
	unsigned int bin = 0;

	memset(&row, 0, sizeof(row));
	stats_describe(&row, &value, 1);
	while (bin < BENCH_BINS - 1 && !row.bins[bin])
		bin++;
	expect_u64(row.bins[bin], 1, "one sample, one bin");
	return bin;
}

static void check_bins(void)
{
	expect_u64(stats_bin_start(0), 0, "the first");
	for (unsigned int bin = 0; bin < BENCH_BINS; bin++) {
		const uint64_t start = stats_bin_start(bin);
		const uint64_t next = stats_bin_start(bin + 1);

		expect_true(start < next, "not empty");
		expect_true(next - start == 1 ||
				    (next - start) * BENCH_STEPS <= start,
			    "6.25 % at most");
		expect_u64(bin_of(start), bin, "its first value");
		expect_u64(bin_of(next - 1), bin, "its last value");
	}
	expect_u64(stats_bin_start(BENCH_BINS), UINT64_C(1) << 40, "the end");
	expect_u64(bin_of(UINT64_C(1) << 40), BENCH_BINS - 1, "beyond");
	expect_u64(bin_of(UINT64_MAX), BENCH_BINS - 1, "far beyond");
}

int main(void)
{
	for (size_t count = 1; count <= 1200; count++) {
		check_ranks(count, UINT64_C(1) << 31);
		check_ranks(count, 5);
	}
	check_ranks(BENCH_SAMPLES_MAX, UINT64_C(1) << 31);
	check_bins();
	return expect_result("bench_stats");
}
