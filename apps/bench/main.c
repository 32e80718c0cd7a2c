/* SPDX-License-Identifier: MIT */
/*
 * Measures, prints a table and the results as JSON between two marker lines,
 * and serves both where there is a network. On the command line:
 *
 *	samples=N	of each subject; 10000 without
 *	serve=1		answer /bench and /bench.json afterwards
 *	html=1		print the page, too, between its own marker lines
 *	expect=exact	fail unless ticks are instructions
 *	commit=TEXT	what this was built of, for the results
 *	qemu=TEXT	which QEMU it runs in, likewise
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/bench/bench.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/app.h"
#include "kernel/page.h"

#define PAGES(size) (align_up(size, PAGE_SIZE) / PAGE_SIZE)

static bool is_asked(const char *option)
{
	const char *const value = app_option(option);

	return value && !strcmp(value, "1");
}

/* "samples=" of the command line; 0: it is no number that will do. */
static uint32_t chosen_samples(void)
{
	const char *const option = app_option("samples");
	unsigned long samples;
	char *end;

	if (!option)
		return BENCH_SAMPLES;
	samples = strtoul(option, &end, 10);
	return *end || samples > BENCH_SAMPLES_MAX ? 0 : (uint32_t)samples;
}

static bool allocate(struct bench *bench)
{
	bench->rows = page_alloc(PAGES(BENCH_ROWS * sizeof(bench->rows[0])));
	bench->buffer = page_alloc(PAGES((uint64_t)bench->samples *
					 sizeof(bench->buffer[0])));
	return bench->rows && bench->buffer;
}

static void print_between_marks(const char *name,
				void (*write)(struct sink *sink,
					      const struct bench *bench),
				const struct bench *bench)
{
	printf("-----BEGIN %s-----\n", name);
	write(&sink_console, bench);
	printf("-----END %s-----\n", name);
}

/* Among other things stops the timer, on which the kernel may count. */
static void measure(struct bench *bench)
{
	uint64_t deadline;
	int err = tdx_rdmsr(BENCH_MSR_WRITE, &deadline);

	bench_calibrate(bench);
	bench_calls(bench);
	bench_exceptions(bench);
	bench_interrupts(bench);
	bench_pages(bench);
	if (!err)
		err = tdx_wrmsr(BENCH_MSR_WRITE, deadline);
	if (err)
		printf("bench: the timer is lost: error %d\n", -err);
}

int main(void)
{
	const char *const expect = app_option("expect");
	static struct bench bench;

	bench.samples = chosen_samples();
	if (bench.samples < 10 || !allocate(&bench)) {
		printf("bench: samples= wants a number from 10 to %d\n",
		       BENCH_SAMPLES_MAX);
		return EXIT_FAILURE;
	}
	printf("bench: %u samples of each\n", (unsigned int)bench.samples);
	measure(&bench);
	table_write(&sink_console, &bench);
	print_between_marks("BENCH JSON", json_write, &bench);
	if (is_asked("html"))
		print_between_marks("BENCH HTML", page_write, &bench);
	if (expect && !strcmp(expect, "exact") && !bench.is_exact) {
		printf("bench: n NOPs do not take n ticks\n");
		return EXIT_FAILURE;
	}
	return is_asked("serve") ? serve(&bench) : EXIT_SUCCESS;
}
