/* SPDX-License-Identifier: MIT */
/*
 * What it costs a TD to leave, by each way out: samples in TSC ticks, taken
 * one at a time with interrupts off. The same program measures cycles on TDX
 * hardware and, in the emulator with --deterministic, instructions.
 */
#ifndef APPS_BENCH_BENCH_H
#define APPS_BENCH_BENCH_H

#include "arch/x86/probe.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* Bins of equal ratio: 16 for each doubling, so 6.25 % at most; up to 2^40. */
#define BENCH_STEPS 16
#define BENCH_BINS (37 * BENCH_STEPS)

#define BENCH_SAMPLES 10000
#define BENCH_SAMPLES_MAX 100000
/* A slow one takes this part of the samples, but this many at least. */
#define BENCH_SLOW_PART 100
#define BENCH_SLOW_MIN 10

#define BENCH_ROWS 48

/* How a subject leaves, or does not leave, the program. */
enum bench_via {
	BENCH_SELF,	/* nothing but instructions */
	BENCH_MODULE,	/* the TDX module answers, the host sees nothing */
	BENCH_DIRECT,	/* one TDVMCALL */
	BENCH_VE,	/* #VE, its handler, and a TDVMCALL in most cases */
	BENCH_IRQ,	/* until an interrupt's handler runs */
	BENCH_VIAS,
};

/* One thing that is measured. */
struct bench_subject {
	const char *name;	/* unique together with via; never changes */
	enum bench_via via;
	const char *text;
	bool is_slow;
	/* Before each sample, outside of its time; probe is zeroed. */
	void (*set_up)(struct probe *probe);
	/* Whether the sample counts; NULL: RAX must be 0. */
	bool (*is_good)(const struct probe *probe);
	/* Ticks of a sample; NULL: end - start, less probe_empty's. */
	uint64_t (*ticks)(const struct probe *probe);
};

/* Its samples, in ticks: order statistics are exact, nearest rank. */
struct bench_row {
	const struct bench_subject *subject;
	uint32_t num_samples;	/* 0: it cannot be done here */
	uint32_t num_errors;	/* samples that did not count */
	uint64_t error;		/* RAX of the first of them */
	uint64_t min, p50, p90, p99, p99_9, max;
	uint32_t bins[BENCH_BINS];
};

struct bench {
	uint32_t samples;	/* asked for */
	uint64_t cost;		/* of the measurement: probe_empty's minimum */
	bool is_exact;		/* n NOPs read n: ticks are instructions */
	unsigned int num_rows;
	struct bench_row *rows;	/* BENCH_ROWS of them */
	uint64_t *buffer;	/* BENCH_SAMPLES_MAX of them */
};

const char *bench_via_name(enum bench_via via);
static inline const char *bench_unit(const struct bench *bench)
{
	return bench->is_exact ? "instructions" : "cycles";
}

/* Takes the samples of each subject into a row of its own. */
void bench_run(struct bench *bench, const struct bench_subject *subjects,
	       size_t count);
/* As bench_run(), of NOPs; finds out what the measurement itself costs. */
void bench_calibrate(struct bench *bench);

/* stats.c: sorts count samples (not 0) and describes them. */
void stats_describe(struct bench_row *row, uint64_t *samples, size_t count);
/* The smallest value of a bin. */
uint64_t stats_bin_start(unsigned int bin);

/* The subjects. */
void bench_calls(struct bench *bench);		/* calls.c */
void bench_exceptions(struct bench *bench);	/* exceptions.c */
void bench_interrupts(struct bench *bench);	/* interrupts.c */
void bench_pages(struct bench *bench);		/* pages.c */

/*
 * Registers of devices that keep what is written to them and do nothing else:
 * in the chipset configuration of QEMU's q35, and the UART's scratch pad.
 */
#define BENCH_MMIO UINT64_C(0xFED1C120)
#define BENCH_PORT 0x3FF
#define BENCH_MSR_READ 0x802	/* x2APIC: ID */
#define BENCH_MSR_WRITE 0x6E0	/* TSC deadline, 0: no timer */

/* Where the results go. */
struct sink {
	void (*write)(struct sink *sink, const char *text, size_t size);
};
void sink_print(struct sink *sink, const char *format, ...)
	format_printf(2, 3);
void sink_text(struct sink *sink, const char *text);
/* text as the inside of a JSON string or of HTML, all else dropped. */
void sink_quote(struct sink *sink, const char *text);
extern struct sink sink_console;

/* machine.c: what this is. Texts are printable ASCII, the host's too. */
struct machine {
	char brand[49];
	char hypervisor[13];
	char module[16];	/* major.minor; empty: not known */
	const char *commit;
	const char *qemu;	/* its version */
	uint64_t tsc_hz;
};
const struct machine *machine_get(void);

void json_write(struct sink *sink, const struct bench *bench);
void table_write(struct sink *sink, const struct bench *bench);
void page_write(struct sink *sink, const struct bench *bench);
/* chart.c: all rows on one axis, and one row's histogram, as SVG. */
void chart_write_ranges(struct sink *sink, const struct bench *bench);
void chart_write_histogram(struct sink *sink, const struct bench *bench,
			   const struct bench_row *row);
/* Answers /bench and /bench.json for ever; positive errno: it cannot. */
int serve(const struct bench *bench);

#endif
