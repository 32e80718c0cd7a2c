/* SPDX-License-Identifier: MIT */
/* Counters of the service. Threads cooperate: plain additions do. */
#include "apps/httpd/httpd.h"

#include "kernel/app.h"
#include "lib/http.h"

static const char *const names[COUNTS] = {
	[COUNT_REQUESTS] = "http_requests_total",
	[COUNT_CONNECTIONS] = "http_connections_total",
	[COUNT_BYTES] = "http_sent_bytes_total",
	[COUNT_OK] = "http_ok_total",
	[COUNT_BAD] = "http_bad_requests_total",
	[COUNT_NOT_FOUND] = "http_not_found_total",
	[COUNT_NOT_ALLOWED] = "http_not_allowed_total",
	[COUNT_NO_QUOTE] = "http_no_quote_total",
	[COUNT_START_TICKS] = "http_start_busy_tsc",
	[COUNT_TIMEOUTS] = "http_timeouts_total",
};

static uint64_t counts[COUNTS];
static unsigned int open_connections;

void count_add(enum count which, uint64_t amount)
{
	counts[which] += amount;
}

uint64_t count_get(enum count which)
{
	return counts[which];
}

void count_answer(int status)
{
	counts[COUNT_REQUESTS]++;
	switch (status) {
	case HTTP_OK:
		counts[COUNT_OK]++;
		break;
	case HTTP_NOT_FOUND:
		counts[COUNT_NOT_FOUND]++;
		break;
	case HTTP_METHOD_NOT_ALLOWED:
		counts[COUNT_NOT_ALLOWED]++;
		break;
	case HTTP_BAD_GATEWAY:
	case HTTP_SERVICE_UNAVAILABLE:
	case HTTP_GATEWAY_TIMEOUT:
		counts[COUNT_NO_QUOTE]++;
		break;
	default:
		counts[COUNT_BAD]++;
		break;
	}
}

void count_set_open(unsigned int connections)
{
	open_connections = connections;
}

void counts_visit(void (*visit)(const char *name, uint64_t value, void *arg),
		  void *arg)
{
	app_metrics(visit, arg);
	visit("http_connections", open_connections, arg);
	for (int i = 0; i < COUNTS; i++)
		visit(names[i], counts[i], arg);
}
