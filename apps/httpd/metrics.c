/* SPDX-License-Identifier: MIT */
/*
 * /metrics: all counts in Prometheus' text format. What a name means is known
 * by its beginning; one that is not known is shown without an explanation.
 */
#include "apps/httpd/httpd.h"

#include <string.h>

static const struct kind {
	const char *prefix;
	bool is_counter;
	const char *help;
} kinds[] = {
	{ "td_attributes", false, "ATTRIBUTES of the TD, as a number" },
	{ "td_gpa_width", false, "Guest physical address width in bits" },
	{ "td_vcpus", false, "Virtual CPUs of the TD" },
	{ "boot_efi", false, "Started by UEFI firmware" },
	{ "boot_tdvf", false, "Started as its own firmware" },
	{ "boot_tsc", false, "TSC ticks from entry to the program" },
	{ "busy_tsc", false, "TSC ticks since entry, without those halted" },
	{ "uptime_ns", false, "Nanoseconds since the kernel took over" },
	{ "memory_bytes", false, "Memory that the kernel manages" },
	{ "memory_free_bytes", false, "Memory that nobody uses" },
	{ "heap_used_bytes", false, "Memory that malloc() has taken" },
	{ "irq_stray", true, "Interrupts that nobody had asked for" },
	{ "quotes_refused", true, "Answers that were not this TD's quote" },
	{ "quotes", true, "Quotes that programs got" },
	{ "nmi_at_halt", true, "NMIs between STI and a halt" },
	{ "nmi", true, "NMIs: the host's, for no reason" },
	{ "ve_refused_", true, "Asked for, but not of the host" },
	{ "ve_", true, "Virtualisation exceptions handled, by cause" },
	{ "call_", true, "TDVMCALLs: exits to the host, by function" },
	{ "pages_accepted", true, "4 KiB pages accepted" },
	{ "pages_shared", true, "4 KiB pages shared with the host" },
	{ "net_host_errors", true, "What no correct device does" },
	{ "net_", true, "Frames of the network device" },
	{ "tcp_connections", false, "TCP control blocks in use" },
	{ "tcp_segments_queued", false, "TCP segments not acknowledged" },
	{ "tcp_", true, "TCP segments" },
	{ "ip_", true, "IP packets" },
	{ "sockets", false, "Sockets in use" },
	{ "rx_buffers_used", false, "Receive buffers in use" },
	{ "http_connections_total", true, "Connections taken" },
	{ "http_connections", false, "Connections being served" },
	{ "http_start_busy_tsc", false,
	  "TSC ticks of work from entry to the first connection" },
	{ "http_bad_requests", true, "Requests refused as not understood" },
	{ "http_no_quote", true, "Quotes that the host did not bring about" },
	{ "http_timeouts", true, "Connections closed for doing nothing" },
	{ "http_", true, "Answers of this service" },
};

static const struct kind *find_kind(const char *name)
{
	static const struct kind unknown = { "", false, "" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)))
			return &kinds[i];
	}
	return &unknown;
}

static void put_name(struct text *text, const char *name, bool is_counter)
{
	const size_t length = strlen(name);

	text_put(text, "tacit_");
	text_put(text, name);
	if (is_counter && (length < 6 || strcmp(name + length - 6, "_total")))
		text_put(text, "_total");
}

static void visit(const char *name, uint64_t value, void *arg)
{
	const struct kind *const kind = find_kind(name);
	struct text *const text = arg;

	text_put(text, "# HELP ");
	put_name(text, name, kind->is_counter);
	text_put(text, " ");
	text_put(text, kind->help);
	text_put(text, "\n# TYPE ");
	put_name(text, name, kind->is_counter);
	text_put(text, kind->is_counter ? " counter\n" : " gauge\n");
	put_name(text, name, kind->is_counter);
	text_put(text, " ");
	text_number(text, value);
	text_put(text, "\n");
}

void metrics_write(struct text *text)
{
	counts_visit(visit, text);
}
