/* SPDX-License-Identifier: MIT */
/* Text of bounded size; numbers without printf, which costs ten times more. */
#include "apps/httpd/httpd.h"

#include <string.h>

static void put(struct text *text, const char *from, size_t size)
{
	const size_t room = (size_t)(text->end - text->at);

	if (size > room)
		size = room;
	memcpy(text->at, from, size);
	text->at += size;
}

void text_put(struct text *text, const char *string)
{
	put(text, string, strlen(string));
}

static void put_digits(struct text *text, uint64_t number, unsigned int base)
{
	static const char digits[] = "0123456789abcdef";
	char buffer[20];
	char *at = buffer + sizeof(buffer);

	do {
		*--at = digits[number % base];
		number /= base;
	} while (number);
	put(text, at, (size_t)(buffer + sizeof(buffer) - at));
}

void text_number(struct text *text, uint64_t number)
{
	put_digits(text, number, 10);
}

void text_hex(struct text *text, uint64_t number)
{
	text_put(text, "0x");
	put_digits(text, number, 16);
}
