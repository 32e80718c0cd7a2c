/* SPDX-License-Identifier: MIT */
/* Formatted text into whatever takes text. */
#include "apps/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/console.h"

#define PIECE 512

void sink_print(struct sink *sink, const char *format, ...)
{
	char piece[PIECE];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	if (size >= PIECE)
		size = PIECE - 1;
	if (size > 0)
		sink->write(sink, piece, (size_t)size);
}

void sink_text(struct sink *sink, const char *text)
{
	sink->write(sink, text, strlen(text));
}

void sink_quote(struct sink *sink, const char *text)
{
	for (; *text; text++) {
		const bool is_plain = *text >= ' ' && *text <= '~' &&
				      !strchr("\"\\<>&", *text);

		if (is_plain)
			sink->write(sink, text, 1);
	}
}

static void write_console(struct sink *sink, const char *text, size_t size)
{
	(void)sink;
	console_write(text, size);
}

struct sink sink_console = { write_console };
