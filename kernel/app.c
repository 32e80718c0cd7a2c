/* SPDX-License-Identifier: MIT */
/* The kernel's side of the door for programs. */
#include "kernel/app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "kernel/attest.h"
#include "kernel/cmdline.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/net/net.h"
#include "kernel/page.h"
#include "kernel/panic.h"
#include "kernel/start.h"
#include "kernel/thread.h"
#include "kernel/time.h"
#include "lib/types.h"

#define APP_STACK_SIZE (64 * KIB)

static struct {
	const struct bootinfo *info;
	uint64_t start_tsc;	/* when main() was called */
} app;

static void app_run(void *arg)
{
	int status;

	(void)arg;
	app.start_tsc = cpu_rdtsc();
	status = main();
	if (status)
		panic("main returned %d", status);
	exit(0);
}

void app_start(const struct bootinfo *info)
{
	app.info = info;
	if (app_thread("main", app_run, NULL))
		panic("no memory for the program's stack");
}

const char *app_option(const char *key)
{
	return cmdline_value(key);
}

int app_thread(const char *name, void (*fn)(void *), void *arg)
{
	return thread_create(name, fn, arg, APP_STACK_SIZE) ? 0 : -ENOMEM;
}

uint64_t app_uptime(void)
{
	return time_now();
}

uint64_t app_busy_ticks(void)
{
	return cpu_rdtsc() - app.info->entry_tsc - thread_idle_tsc();
}

_Static_assert(APP_QUOTE_DATA_SIZE == TDREPORT_DATA_SIZE, "one size");
_Static_assert(APP_QUOTE_MAX == ATTEST_QUOTE_MAX, "one size");

int app_quote(const uint8_t data[APP_QUOTE_DATA_SIZE], void *to, size_t size,
	      uint64_t deadline)
{
	return attest_quote(data, to, size, deadline);
}

void app_metrics(void (*visit)(const char *name, uint64_t value, void *arg),
		 void *arg)
{
	visit("td_attributes", tdx_info()->attributes, arg);
	visit("td_gpa_width", tdx_info()->gpaw, arg);
	visit("td_vcpus", tdx_info()->num_vcpus, arg);
	visit(strcmp(app.info->path, "efi") ? "boot_tdvf" : "boot_efi", 1, arg);
	visit("boot_tsc", app.start_tsc - app.info->entry_tsc, arg);
	visit("busy_tsc", app_busy_ticks(), arg);
	visit("uptime_ns", time_now(), arg);
	visit("memory_bytes", page_count_total() * PAGE_SIZE, arg);
	visit("memory_free_bytes", page_count_free() * PAGE_SIZE, arg);
	visit("heap_used_bytes", heap_count_used(), arg);
	visit("irq_stray", irq_count_stray(), arg);
	visit("quotes", attest_count_quotes(), arg);
	visit("quotes_refused", attest_count_refused(), arg);
	for (int i = 0; i < TDX_COUNTS; i++)
		visit(tdx_count_name((enum tdx_count)i),
		      tdx_count((enum tdx_count)i), arg);
	net_metrics(visit, arg);
}
