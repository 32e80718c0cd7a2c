/* SPDX-License-Identifier: MIT */
/* Text on the log port. No state but the stop hook; callable from anywhere. */
#include "emu/boot/log.h"

#include <string.h>

#include "emu/boot/cpu.h"
#include "emu/layout.h"

static void (*stop_hook)(void);

void emu_set_stop_hook(void (*hook)(void))
{
	stop_hook = hook;
}

void emu_run_stop_hook(void)
{
	void (*hook)(void) = stop_hook;

	stop_hook = NULL;
	if (hook)
		hook();
}

void emu_write(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		cpu_outb(EMU_PORT_LOG, (uint8_t)text[i]);
}

static void write_string(const char *text)
{
	emu_write(text, strlen(text));
}

static void write_number(uint64_t value, unsigned int base)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	emu_write(digits + at, sizeof(digits) - at);
}

static void write_signed(int value)
{
	if (value < 0)
		emu_write("-", 1);
	write_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

/* Writes one conversion and returns what follows it in the format. */
static const char *write_conversion(const char *at, va_list *args)
{
	const bool is_long = *at == 'l';
	const unsigned int base = at[is_long] == 'x' ? 16 : 10;
	char c;

	at += is_long;
	switch (*at) {
	case 's':
		write_string(va_arg(*args, const char *));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		emu_write(&c, 1);
		break;
	case 'd':
		write_signed(va_arg(*args, int));
		break;
	case 'u':
	case 'x':
		write_number(is_long ? va_arg(*args, unsigned long) :
				       va_arg(*args, unsigned int), base);
		break;
	default:
		emu_write(at, 1);
	}
	return at + 1;
}

void emu_vprint(const char *format, va_list args)
{
	va_list copy;

	va_copy(copy, args);
	while (*format) {
		if (*format != '%') {
			emu_write(format++, 1);
			continue;
		}
		format = write_conversion(format + 1, &copy);
	}
	va_end(copy);
}

void emu_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	emu_vprint(format, args);
	va_end(args);
}

void emu_end(unsigned int code)
{
	emu_run_stop_hook();
	for (;;)
		cpu_outl(EMU_PORT_EXIT, code);
}

void emu_stop(unsigned int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	emu_print("td-emu: ");
	emu_vprint(format, args);
	emu_print("\n");
	va_end(args);
	emu_end(code);
}
