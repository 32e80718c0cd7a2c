/* SPDX-License-Identifier: MIT */
/* The results for people, 79 columns wide. */
#include "apps/bench/bench.h"

#include <inttypes.h>

static void write_row(struct sink *sink, const struct bench_row *row)
{
	sink_print(sink, "%-15s %-7s ", row->subject->name,
		   bench_via_name(row->subject->via));
	if (!row->num_samples) {
		sink_print(sink, "not to be had here: status %#" PRIx64 "\n",
			   row->error);
		return;
	}
	sink_print(sink, "%6" PRIu32 " %7" PRIu64 " %7" PRIu64 " %7" PRIu64,
		   row->num_samples, row->min, row->p50, row->p90);
	sink_print(sink, " %7" PRIu64 " %7" PRIu64 " %7" PRIu64 "\n", row->p99,
		   row->p99_9, row->max);
}

void table_write(struct sink *sink, const struct bench *bench)
{
	const struct machine *const machine = machine_get();

	sink_print(sink, "processor   ");
	sink_quote(sink, machine->brand);
	sink_print(sink, "\nhypervisor  ");
	sink_quote(sink, machine->hypervisor);
	sink_print(sink, "\nTDX module  %s\n",
		   machine->module[0] ? machine->module : "version unknown");
	sink_print(sink, "QEMU        ");
	sink_quote(sink, machine->qemu);
	sink_print(sink, "\nTSC         %" PRIu64 " Hz\n", machine->tsc_hz);
	sink_print(sink, "unit        %s, less %" PRIu64 " of the measurement "
		   "itself\n\n", bench_unit(bench), bench->cost);
	sink_print(sink, "%-15s %-7s %6s %7s %7s %7s %7s %7s %7s\n", "what",
		   "via", "n", "min", "p50", "p90", "p99", "p99.9", "max");
	for (unsigned int i = 0; i < bench->num_rows; i++)
		write_row(sink, &bench->rows[i]);
	sink_print(sink, "\n");
}
