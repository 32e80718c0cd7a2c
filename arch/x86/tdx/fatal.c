/* SPDX-License-Identifier: MIT */
/* The last words of the TD: GHCI, ReportFatalError. */
#include "arch/x86/tdx/tdx.h"

#include "arch/x86/tdx/tdcall.h"

void tdx_report_fatal(const char *text)
{
	/* On the stack: another report may be under way on top of this. */
	uint64_t message[8] = { 0 };
	char *to = (char *)message;

	for (size_t i = 0; i < sizeof(message) && text[i]; i++)
		to[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	tdvmcall_report_fatal_error(message);
}
