/* SPDX-License-Identifier: MIT */
/* The results for programs: docs/benchmarks.md describes schema 1. */
#include "apps/bench/bench.h"

#include <inttypes.h>

#include "arch/x86/tdx/tdx.h"

#define SCHEMA 1

static void write_text(struct sink *sink, const char *key, const char *text)
{
	sink_print(sink, "  \"%s\": \"", key);
	sink_quote(sink, text);
	sink_print(sink, "\",\n");
}

static void write_bins(struct sink *sink, const struct bench_row *row)
{
	const char *separator = "";

	sink_print(sink, "\"histogram\": [");
	for (unsigned int i = 0; i < BENCH_BINS; i++) {
		if (!row->bins[i])
			continue;
		sink_print(sink, "%s[%" PRIu64 ",%" PRIu32 "]", separator,
			   stats_bin_start(i), row->bins[i]);
		separator = ",";
	}
	sink_print(sink, "]");
}

static void write_row(struct sink *sink, const struct bench_row *row)
{
	const struct bench_subject *const subject = row->subject;

	sink_print(sink, "    {\"name\": \"%s\", \"via\": \"%s\",\n",
		   subject->name, bench_via_name(subject->via));
	sink_print(sink, "     \"text\": \"%s\",\n", subject->text);
	sink_print(sink, "     \"n\": %" PRIu32 ", \"errors\": %" PRIu32
		   ", \"error\": \"%#" PRIx64 "\"", row->num_samples,
		   row->num_errors, row->error);
	if (!row->num_samples) {
		sink_print(sink, "}");
		return;
	}
	sink_print(sink, ",\n     \"min\": %" PRIu64 ", \"p50\": %" PRIu64
		   ", \"p90\": %" PRIu64 ", ", row->min, row->p50, row->p90);
	sink_print(sink, "\"p99\": %" PRIu64 ", \"p99_9\": %" PRIu64
		   ", \"max\": %" PRIu64 ",\n     ", row->p99, row->p99_9,
		   row->max);
	write_bins(sink, row);
	sink_print(sink, "}");
}

void json_write(struct sink *sink, const struct bench *bench)
{
	const struct machine *const machine = machine_get();
	const struct tdx_info *const td = tdx_info();

	sink_print(sink, "{\n  \"schema\": %d,\n", SCHEMA);
	write_text(sink, "program", "tacit bench");
	write_text(sink, "commit", machine->commit);
	write_text(sink, "machine", machine->brand);
	write_text(sink, "hypervisor", machine->hypervisor);
	write_text(sink, "module", machine->module);
	write_text(sink, "qemu", machine->qemu);
	write_text(sink, "method", bench->is_exact ? "instructions (icount)" :
						     "cycles");
	sink_print(sink, "  \"tsc_hz\": %" PRIu64 ",\n", machine->tsc_hz);
	sink_print(sink, "  \"attributes\": \"%#" PRIx64 "\",\n",
		   td->attributes);
	sink_print(sink, "  \"vcpus\": %u,\n  \"samples\": %" PRIu32 ",\n",
		   td->num_vcpus, bench->samples);
	sink_print(sink, "  \"cost\": %" PRIu64 ",\n  \"results\": [\n",
		   bench->cost);
	for (unsigned int i = 0; i < bench->num_rows; i++) {
		write_row(sink, &bench->rows[i]);
		sink_print(sink, i + 1 < bench->num_rows ? ",\n" : "\n");
	}
	sink_print(sink, "  ]\n}\n");
}
