/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmdline: settings, flags, words that nobody knows, and lines that
 * are empty, odd or too long.
 * Links: kernel/cmdline.c
 */
#include "tests/unit/expect.h"

#include <stdarg.h>

#include "boot/bootinfo.h"
#include "kernel/cmdline.h"
#include "kernel/console.h"

static char logged[1024];

void log_line(const char *format, ...)
{
	const size_t size = strlen(logged);
	va_list args;

	va_start(args, format);
	vsnprintf(logged + size, sizeof(logged) - size, format, args);
	va_end(args);
}

static void expect_value(const char *key, const char *want)
{
	const char *value = cmdline_value(key);

	expect_text(value ? value : "(none)", want, key);
}

int main(void)
{
	char line[2 * BOOTINFO_CMDLINE];

	cmdline_init("");
	expect_value("ip", "(none)");
	expect_true(!cmdline_has("quiet"), "empty line");
	cmdline_init("   ");
	expect_value("ip", "(none)");

	cmdline_init("  ip=10.0.0.2/24,10.0.0.1  quiet ipx=7 name=a=b end=");
	expect_value("ip", "10.0.0.2/24,10.0.0.1");
	expect_value("ipx", "7");
	expect_value("i", "(none)");
	expect_value("name", "a=b");
	expect_value("end", "");
	expect_true(cmdline_has("quiet"), "quiet");
	expect_true(!cmdline_has("qui"), "part of a flag");
	expect_true(!cmdline_has("ip"), "a setting is no flag");
	cmdline_log_unknown();
	expect_text(logged, "", "nothing unknown");

	cmdline_init("quiet=1 shout x=1 x=2");
	expect_true(!cmdline_has("quiet"), "a flag with a value");
	expect_value("x", "2");
	cmdline_log_unknown();
	expect_text(logged, "command line: 'shout' is not known", "unknown");

	memset(line, 'a', sizeof(line));
	memcpy(line, "k=", 2);
	line[sizeof(line) - 1] = '\0';
	cmdline_init(line);
	expect_u64(strlen(cmdline_value("k")), BOOTINFO_CMDLINE - 1 - 2,
		   "length of a cut value");
	/* A shorter line leaves nothing of a longer one. */
	cmdline_init("k=v");
	expect_value("k", "v");
	expect_value("aaa", "(none)");
	return expect_result("cmdline");
}
