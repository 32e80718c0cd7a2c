/* SPDX-License-Identifier: MIT */
/* The results as one HTML page that needs nothing else. */
#include "apps/bench/bench.h"

#include <inttypes.h>

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang='en'><head><meta charset='utf-8'>\n"
	"<meta name='viewport' content='width=device-width, initial-scale=1'>"
	"\n"
	"<title>What it costs to leave a trust domain</title>\n"
	"<style>\n"
	":root{color-scheme:light dark;--back:#fcfcfb;--card:#fff;"
	"--ink:#0b0b0b;--soft:#52514e;--line:#e1e0d9;--module:#1baf7a;"
	"--direct:#2a78d6;--ve:#eb6834;--irq:#4a3aa7;--self:#898781}\n"
	"@media(prefers-color-scheme:dark){:root{--back:#0d0d0d;"
	"--card:#1a1a19;--ink:#fff;--soft:#c3c2b7;--line:#383835;"
	"--module:#199e70;--direct:#3987e5;--ve:#d95926;--irq:#9085e9}}\n"
	"body{margin:0 auto;max-width:64rem;padding:2rem 1rem 4rem;"
	"background:var(--back);color:var(--ink);font:15px/1.5 system-ui,"
	"-apple-system,'Segoe UI',sans-serif}\n"
	"h1{font-size:1.6rem;line-height:1.2;margin:0 0 .5rem}"
	"h2{font-size:1.1rem;margin:2.5rem 0 .75rem}p{max-width:44rem}p,"
	".tick{color:var(--soft)}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}"
	"dt{color:var(--soft)}dd{margin:0}\n"
	"svg{display:block;width:100%;height:auto}svg text{fill:var(--ink);"
	"font:12px system-ui,sans-serif}svg .tick{fill:var(--soft);"
	"font-variant-numeric:tabular-nums}\n"
	".grid,.base,.mark{stroke:var(--line);fill:none}.faint{opacity:.5}"
	".base,.mark{stroke:var(--soft)}.mark{stroke-dasharray:2 2}"
	".ranges{min-width:44rem}"
	".module{--c:var(--module)}"
	".direct{--c:var(--direct)}.ve{--c:var(--ve)}.irq{--c:var(--irq)}"
	".self{--c:var(--self)}\n"
	".thin,.thick{stroke:var(--c);stroke-width:2;stroke-linecap:round}"
	".thick{stroke-width:6;opacity:.45}circle{fill:var(--c);"
	"stroke:var(--card);stroke-width:2}rect{fill:var(--c)}\n"
	".legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;"
	"list-style:none;color:var(--soft)}.legend li::before{content:'';"
	"display:inline-block;width:.7em;height:.7em;border-radius:50%;"
	"margin-right:.45em;background:var(--c)}\n"
	".card,figure{background:var(--card);border:1px solid var(--line);"
	"border-radius:8px;padding:.75rem;margin:0}.cards{display:grid;"
	"gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr))}"
	"figcaption{font-size:.85rem;color:var(--soft);min-height:4em}"
	"figcaption b{color:var(--ink)}\n"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;"
	"font-size:.85rem}th,td{padding:.25rem .45rem;text-align:right;"
	"border-bottom:1px solid var(--line);white-space:nowrap;"
	"font-variant-numeric:tabular-nums}th{font-weight:600;"
	"color:var(--soft)}th:first-child,td:first-child,th:nth-child(2),"
	"td:nth-child(2){text-align:left}td:first-child{white-space:normal}"
	"th.left,td.left{text-align:left}td.in{padding-left:2em}"
	".service th:nth-child(2),.service td:nth-child(2){text-align:right}\n"
	"</style></head><body>\n";

static const char exact[] =
	"<p>Ticks are instructions here: the emulator's clock counts them, "
	"the guest's own and those of the emulated TDX module and host. They "
	"are exact and the same in each run. They rank software; they are not "
	"latencies.</p>\n";

static const char cycles[] =
	"<p>Ticks are cycles of the time stamp counter. What the host does "
	"meanwhile is part of them.</p>\n";

static const char legend[] =
	"<ul class='legend'><li class='module'>TDX module only</li><li "
	"class='direct'>direct TDVMCALL</li><li class='ve'>through #VE</li>"
	"<li class='irq'>to an interrupt&#39;s handler</li></ul>\n";

static void write_fact(struct sink *sink, const char *key, const char *text)
{
	sink_print(sink, "<dt>%s</dt><dd>", key);
	sink_quote(sink, text[0] ? text : "unknown");
	sink_text(sink, "</dd>\n");
}

static void write_facts(struct sink *sink, const struct bench *bench)
{
	const struct machine *const machine = machine_get();

	sink_text(sink, "<dl>\n");
	write_fact(sink, "processor", machine->brand);
	write_fact(sink, "TDX module", machine->module);
	write_fact(sink, "hypervisor", machine->hypervisor);
	write_fact(sink, "QEMU", machine->qemu);
	write_fact(sink, "commit", machine->commit);
	sink_print(sink, "<dt>clock</dt><dd>%" PRIu64 " ticks a second, %"
		   PRIu64 " subtracted for the measurement itself</dd></dl>\n",
		   machine->tsc_hz, bench->cost);
	sink_text(sink, bench->is_exact ? exact : cycles);
}

static void write_row(struct sink *sink, const struct bench_row *row)
{
	sink_print(sink, "<tr><td><b>%s</b> %s</td><td>%s</td>",
		   row->subject->name, row->subject->text,
		   bench_via_name(row->subject->via));
	if (!row->num_samples) {
		sink_print(sink, "<td colspan='7'>not to be had here: status "
			   "%#" PRIx64 "</td></tr>\n", row->error);
		return;
	}
	sink_print(sink, "<td>%" PRIu32 "</td><td>%" PRIu64 "</td><td>%" PRIu64
		   "</td><td>%" PRIu64 "</td>", row->num_samples, row->min,
		   row->p50, row->p90);
	sink_print(sink, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64
		   "</td></tr>\n", row->p99, row->p99_9, row->max);
}

static void write_table(struct sink *sink, const struct bench *bench)
{
	sink_print(sink, "<h2>Table, in %s</h2>\n<div class='card scroll'>"
		   "<table><tr><th>what</th><th>via</th><th>n</th>"
		   "<th>min</th><th>p50</th><th>p90</th><th>p99</th>"
		   "<th>p99.9</th><th>max</th></tr>\n", bench_unit(bench));
	for (unsigned int i = 0; i < bench->num_rows; i++)
		write_row(sink, &bench->rows[i]);
	sink_text(sink, "</table></div>\n");
}

void page_write(struct sink *sink, const struct bench *bench)
{
	sink_text(sink, head);
	sink_text(sink, "<h1>What it costs to leave a trust domain</h1>\n");
	write_facts(sink, bench);
	sink_print(sink, "<h2>All of it, in %s</h2>\n", bench_unit(bench));
	sink_text(sink, legend);
	sink_text(sink, "<div class='card scroll'>\n");
	chart_write_ranges(sink, bench);
	sink_text(sink, "</div><p>Dot: median. Bar: to p99. Line: from the "
			"least to the most. Logarithmic.</p>\n");
	write_table(sink, bench);
	/* tests/bench/run puts what it knows here. */
	sink_print(sink, "<!-- more -->\n<h2>Histograms</h2>\n<p>Across: %s, "
		   "logarithmic, 16 bins to each doubling. Up: samples. What "
		   "lies beyond the bin of p99 is counted, but not shown."
		   "</p>\n<div class='cards'>\n", bench_unit(bench));
	for (unsigned int i = 0; i < bench->num_rows; i++)
		if (bench->rows[i].num_samples)
			chart_write_histogram(sink, bench, &bench->rows[i]);
	sink_text(sink, "</div></body></html>\n");
}
