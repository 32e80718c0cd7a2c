/* SPDX-License-Identifier: MIT */
/*
 * usage: trust-doc <docs/trust.md
 *
 * Copies a document and puts the table of trust (trust_table.inc) between its
 * two marks, in place of what stands there.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86/tdx/trust.h"

#define BEGIN "<!-- the table of trust: made by `make docs` -->\n"
#define END "<!-- end of the table -->\n"
#define LINE_MAX_BYTES 4096

struct row {
	uint32_t first, last;
	const char *verdict, *write;
	const char *what, *how;
};

static const struct row leaves[] = {
#define TRUST_CPUID(first, last, verdict, eax, what, how) \
	{ first, last, #verdict, #verdict, what, how },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct row msrs[] = {
#define TRUST_MSR(first, last, read, write, what, how) \
	{ first, last, #read, #write, what, how },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct row ports[] = {
#define TRUST_PORT(first, last, verdict, what, how) \
	{ first, last, #verdict, #verdict, what, how },
#include "arch/x86/tdx/trust_table.inc"
};

static const struct row sources[] = {
#define TRUST_SOURCE(what, verdict, how) \
	{ 0, 0, #verdict, #verdict, what, how },
#include "arch/x86/tdx/trust_table.inc"
};

static const char *word_of(const char *verdict)
{
	static const char *const words[][2] = {
		{ "MODULE", "module" },
		{ "MADE_UP", "made up" },
		{ "HOST", "**host**" },
		{ "REFUSED", "refused" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i][0], verdict))
			return words[i][1];
	fprintf(stderr, "trust-doc: what is %s?\n", verdict);
	exit(EXIT_FAILURE);
}

static void print_numbers(const struct row *row)
{
	if (row->first == row->last)
		printf("%" PRIX32, row->first);
	else
		printf("%" PRIX32 "-%" PRIX32, row->first, row->last);
}

static void print_verdict(const struct row *row)
{
	if (!strcmp(row->verdict, row->write))
		printf("%s", word_of(row->verdict));
	else
		printf("read: %s, write: %s", word_of(row->verdict),
		       word_of(row->write));
}

static void print_rows(const char *title, const char *others,
		       const struct row *rows, size_t count)
{
	printf("\n**%s**\n\n| | | Who answers | |\n|---|---|---|---|\n", title);
	for (size_t i = 0; i < count; i++) {
		printf("| ");
		print_numbers(&rows[i]);
		printf(" | %s | ", rows[i].what);
		print_verdict(&rows[i]);
		printf(" | %s |\n", rows[i].how);
	}
	if (others)
		printf("| others | | refused | %s |\n", others);
}

static void print_table(void)
{
	print_rows("CPUID leaves", NULL, leaves,
		   sizeof(leaves) / sizeof(leaves[0]));
	print_rows("MSRs", "#GP; a few raise no #VE: those the module or the "
			   "CPU answers", msrs, sizeof(msrs) / sizeof(msrs[0]));
	print_rows("Ports", "read as ones", ports,
		   sizeof(ports) / sizeof(ports[0]));
	printf("\n**Everything else**\n\n| | From | |\n|---|---|---|\n");
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		printf("| %s | %s | %s |\n", sources[i].what,
		       word_of(sources[i].verdict), sources[i].how);
	printf("\n");
}

int main(void)
{
	char line[LINE_MAX_BYTES];
	unsigned int tables = 0;
	bool is_old = false;

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, END))
			is_old = false;
		if (!is_old)
			fputs(line, stdout);
		if (strcmp(line, BEGIN))
			continue;
		print_table();
		is_old = true;
		tables++;
	}
	if (tables == 1 && !is_old)
		return EXIT_SUCCESS;
	fprintf(stderr, "trust-doc: the document lacks its marks\n");
	return EXIT_FAILURE;
}
