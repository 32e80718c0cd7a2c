/* SPDX-License-Identifier: MIT */
/*
 * COM1 by TDVMCALL: a byte costs an exit. Asking before each byte whether
 * the UART is ready would double that, so its FIFO of 16 bytes is filled
 * blindly after one look, and a UART that is not ready in time is not looked
 * at again.
 */
#include "kernel/console.h"

#include <stdarg.h>
#include <stdio.h>

#include "arch/x86/tdx/tdx.h"
#include "kernel/irq.h"
#include "kernel/time.h"

#define COM1 0x3F8
#define UART_DATA (COM1 + 0)
#define UART_IER (COM1 + 1)
#define UART_FCR (COM1 + 2)
#define UART_LCR (COM1 + 3)
#define UART_MCR (COM1 + 4)
#define UART_LSR (COM1 + 5)
#define FCR_ENABLE_AND_CLEAR 0x07
#define LCR_8N1 0x03
#define MCR_DTR_RTS 0x03
#define LSR_TRANSMITTER_EMPTY 0x20

#define FIFO_SIZE 16
#define READY_TRIES 2000
#define LINE_SIZE 160

static struct {
	unsigned int room;	/* bytes that the FIFO surely takes */
	bool is_stuck;
	bool is_quiet;
} console;

/* Divisor and speed stay as they are: no TD has a wire behind its UART. */
void console_init(void)
{
	tdx_io_write(UART_IER, 1, 0);
	tdx_io_write(UART_LCR, 1, LCR_8N1);
	tdx_io_write(UART_FCR, 1, FCR_ENABLE_AND_CLEAR);
	tdx_io_write(UART_MCR, 1, MCR_DTR_RTS);
}

void console_set_quiet(bool is_quiet)
{
	console.is_quiet = is_quiet;
}

static void wait_ready(void)
{
	console.room = FIFO_SIZE;
	for (int i = 0; !console.is_stuck && i < READY_TRIES; i++)
		if (tdx_io_read(UART_LSR, 1) & LSR_TRANSMITTER_EMPTY)
			return;
	console.is_stuck = true;
}

static void put(char c)
{
	if (!console.room)
		wait_ready();
	console.room--;
	tdx_io_write(UART_DATA, 1, (uint8_t)c);
}

void console_write(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
}

void log_line(const char *format, ...)
{
	const uint64_t now = time_now();
	char line[LINE_SIZE];
	va_list args;
	int start;
	int size;

	if (console.is_quiet)
		return;
	start = snprintf(line, sizeof(line), "[%5lu.%06lu] ",
			 now / NSEC_PER_SEC,
			 now % NSEC_PER_SEC / NSEC_PER_USEC);
	va_start(args, format);
	size = start + vsnprintf(line + start, sizeof(line) - (size_t)start,
				 format, args);
	va_end(args);
	if (size > LINE_SIZE - 2)
		size = LINE_SIZE - 2;
	line[size] = '\n';
	console_write(line, (size_t)size + 1);
}
