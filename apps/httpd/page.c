/* SPDX-License-Identifier: MIT */
/* /: what the TD knows of itself, for people; one file, nothing to load. */
#include "apps/httpd/httpd.h"

#include <string.h>

#include "kernel/app.h"

#define FACTS_MAX 96
#define NSEC_PER_SEC 1000000000U

struct facts {
	unsigned int count;
	unsigned int last; /* where the last search ended */
	struct {
		const char *name;
		uint64_t value;
	} list[FACTS_MAX];
};

/* Intel TDX Module ABI, ATTRIBUTES. */
static const struct {
	unsigned int bit;
	const char *name;
} attributes[] = {
	{ 0, "DEBUG" },	      { 28, "SEPT_VE_DISABLE" },
	{ 29, "MIGRATABLE" }, { 30, "PKS" },
	{ 31, "KL" },	      { 63, "PERFMON" },
};

static const char head[] =
	"<!doctype html><html lang=en><meta charset=utf-8>"
	"<meta name=viewport content=\"width=device-width\">"
	"<title>Tacit</title><style>"
	":root{color-scheme:light dark}"
	"body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;"
	"margin:3rem auto;padding:0 1rem}"
	"h1{font-weight:300;letter-spacing:.3em;margin:0}"
	"h2{font-size:.8rem;letter-spacing:.1em;text-transform:uppercase;"
	"opacity:.6;margin:2rem 0 .3rem}"
	"table{border-collapse:collapse;width:100%}"
	"td{border-top:1px solid #8884;padding:.25rem 0}"
	"td+td{text-align:right;font-variant-numeric:tabular-nums}"
	"div{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}"
	"a{color:#07c}@media(max-width:32rem){div{display:block}}"
	"</style><h1>TACIT</h1>"
	"<p>This page comes from an Intel TDX trust domain: a kernel that "
	"tells its host nothing that it need not.";

static const char tail[] =
	"</table></section></div><p><a href=/metrics>metrics</a> &middot; "
	"<a href=/download/1M>1 MiB</a> &middot; "
	"<a href=/download/1M.sha256>its SHA-256</a>\n";

static void remember(const char *name, uint64_t value, void *arg)
{
	struct facts *const facts = arg;

	if (facts->count == FACTS_MAX)
		return;
	facts->list[facts->count].name = name;
	facts->list[facts->count++].value = value;
}

/* Asked in the order in which they came, each is the next one. */
static uint64_t fact(struct facts *facts, const char *name)
{
	for (unsigned int tries = 0; tries < facts->count; tries++) {
		const unsigned int at = facts->last++ % facts->count;

		if (!strcmp(facts->list[at].name, name))
			return facts->list[at].value;
	}
	return 0;
}

static void put_section(struct text *text, const char *title)
{
	text_put(text, "<section><h2>");
	text_put(text, title);
	text_put(text, "</h2><table>");
}

static void end_section(struct text *text)
{
	text_put(text, "</table></section>");
}

static void put_label(struct text *text, const char *label)
{
	text_put(text, "<tr><td>");
	text_put(text, label);
	text_put(text, "<td>");
}

static void put_row(struct text *text, const char *label, uint64_t value,
		    const char *unit)
{
	put_label(text, label);
	text_number(text, value);
	text_put(text, unit);
}

static void put_attributes(struct text *text, uint64_t value)
{
	put_label(text, "TD attributes");
	text_hex(text, value);
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (!(value & BIT(attributes[i].bit)))
			continue;
		text_put(text, "<br>");
		text_put(text, attributes[i].name);
	}
}

static void put_td(struct text *text, struct facts *facts)
{
	put_section(text, "Trust domain");
	put_attributes(text, fact(facts, "td_attributes"));
	put_row(text, "Guest physical address", fact(facts, "td_gpa_width"),
		" bits");
	put_row(text, "Virtual CPUs", fact(facts, "td_vcpus"), "");
	put_label(text, "Booted by");
	text_put(text, fact(facts, "boot_efi") ? "UEFI firmware" : "itself");
	put_row(text, "Uptime", fact(facts, "uptime_ns") / NSEC_PER_SEC, " s");
	end_section(text);
}

static void put_service(struct text *text, struct facts *facts)
{
	put_section(text, "Service");
	put_label(text, "Address");
	text_put(text, app_network_address());
	put_row(text, "Memory", fact(facts, "memory_bytes") / KIB, " KiB");
	put_row(text, "Free", fact(facts, "memory_free_bytes") / KIB, " KiB");
	put_row(text, "Accepted by the kernel",
		fact(facts, "pages_accepted") * PAGE_SIZE / KIB, " KiB");
	put_row(text, "Shared with the host",
		fact(facts, "pages_shared") * PAGE_SIZE / KIB, " KiB");
	put_row(text, "Requests served", count_get(COUNT_REQUESTS), "");
	end_section(text);
}

/* All facts whose names begin so. */
static void put_all(struct text *text, const struct facts *facts,
		    const char *prefix)
{
	const size_t length = strlen(prefix);

	for (unsigned int i = 0; i < facts->count; i++) {
		const char *const name = facts->list[i].name;

		if (!strncmp(name, prefix, length))
			put_row(text, name + length, facts->list[i].value, "");
	}
}

void page_write(struct text *text)
{
	struct facts facts;

	facts.count = 0;
	facts.last = 0;
	counts_visit(remember, &facts);
	text_put(text, head);
	text_put(text, "<div>");
	put_td(text, &facts);
	put_service(text, &facts);
	put_section(text, "Calls to the host");
	put_all(text, &facts, "call_");
	end_section(text);
	put_section(text, "#VE handled");
	put_all(text, &facts, "ve_");
	text_put(text, tail);
}
