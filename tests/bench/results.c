/* SPDX-License-Identifier: MIT */
#include "tests/bench/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS 256
#define FUNCTIONS 8192
#define SAMPLES 2000

/* The last ones are kept. */
struct samples {
	uint64_t times;
	uint32_t values[SAMPLES];
};

struct kind {
	uint64_t entry;
	enum what what;
	bool is_users;
	uint64_t tdcalls;
	struct samples instructions;
	struct samples stack;
	struct samples leaves[LEAVES];
};

struct function {
	uint64_t address;
	uint64_t tdcalls;
	struct samples instructions;
};

static struct kind *kinds;
static unsigned int num_kinds;
static struct function *functions;
static char *out;

static void add(struct samples *samples, uint32_t value)
{
	samples->values[samples->times++ % SAMPLES] = value;
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a;
	const uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sorts; the number of values, not 0. */
static uint64_t sort(struct samples *samples)
{
	const uint64_t kept =
		samples->times < SAMPLES ? samples->times : SAMPLES;

	qsort(samples->values, kept, sizeof(samples->values[0]), compare);
	return kept;
}

static uint32_t median(struct samples *samples)
{
	return samples->values[sort(samples) / 2];
}

static struct kind *kind_of(const struct handler *handler)
{
	struct kind *kind;

	for (unsigned int i = 0; i < num_kinds; i++) {
		kind = &kinds[i];
		if (kind->entry == handler->entry &&
		    kind->what == handler->what &&
		    kind->is_users == handler->is_users &&
		    kind->tdcalls == handler->tdcalls)
			return kind;
	}
	if (num_kinds == KINDS)
		return NULL;
	kind = &kinds[num_kinds++];
	kind->entry = handler->entry;
	kind->what = handler->what;
	kind->is_users = handler->is_users;
	kind->tdcalls = handler->tdcalls;
	return kind;
}

void results_add_handler(const struct handler *handler)
{
	struct kind *const kind = kind_of(handler);

	if (!kind)
		return;
	add(&kind->instructions, handler->instructions);
	add(&kind->stack, handler->stack);
	for (unsigned int i = 0; i < LEAVES; i++)
		add(&kind->leaves[i], handler->leaves[i]);
}

void results_add_function(uint64_t address, uint64_t tdcalls, uint32_t cost)
{
	for (uint64_t i = 0; i < FUNCTIONS; i++) {
		struct function *const f =
			&functions[(address / 16 + i) % FUNCTIONS];

		if (!f->address) {
			f->address = address;
			f->tdcalls = tdcalls;
		}
		if (f->address == address && f->tdcalls == tdcalls) {
			add(&f->instructions, cost);
			return;
		}
	}
}

static void write_kind(FILE *file, struct kind *kind)
{
	struct samples *const samples = &kind->instructions;
	const uint64_t kept = sort(samples);

	fprintf(file, "handler\t%016" PRIx64 "\t%s\t%s\t%" PRIu64 "\t%" PRIu64,
		kind->entry, what_name(kind->what),
		kind->is_users ? "user" : "kernel", kind->tdcalls,
		samples->times);
	fprintf(file, "\t%u\t%u\t%u\t%u", samples->values[0],
		samples->values[kept / 2], samples->values[kept * 9 / 10],
		median(&kind->stack));
	for (unsigned int i = 0; i < LEAVES; i++)
		fprintf(file, "\t%u", median(&kind->leaves[i]));
	fprintf(file, "\n");
}

static void write_function(FILE *file, struct function *function)
{
	struct samples *const samples = &function->instructions;
	const uint64_t kept = sort(samples);

	fprintf(file, "function\t%016" PRIx64 "\t%" PRIu64 "\t%" PRIu64,
		function->address, function->tdcalls, samples->times);
	fprintf(file, "\t%u\t%u\n", samples->values[0],
		samples->values[kept / 2]);
}

void results_write(qemu_plugin_id_t id, void *data)
{
	FILE *const file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		return;
	for (unsigned int i = 0; i < num_kinds; i++)
		write_kind(file, &kinds[i]);
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		if (functions[i].address)
			write_function(file, &functions[i]);
	fclose(file);
}

bool results_begin(const char *path)
{
	out = strdup(path);
	kinds = calloc(KINDS, sizeof(*kinds));
	functions = calloc(FUNCTIONS, sizeof(*functions));
	return out && kinds && functions;
}
