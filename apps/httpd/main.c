/* SPDX-License-Identifier: MIT */
/*
 * The HTTP service: one thread for each connection, started as connections
 * come and kept for the next, WORKERS_MAX at most. Connections beyond that
 * wait in the listening socket's backlog, for at most as long as the others
 * may do nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwip/sockets.h"
#include "lwip/sys.h"

#include "apps/httpd/httpd.h"
#include "kernel/app.h"

#define PORT 80
#define BACKLOG 128
#define WORKERS_MAX 96
/* With fewer free than this, clients are asked to come again. */
#define WORKERS_SPARE 4
#define NETWORK_SECONDS 60
#define NSEC_PER_SEC UINT64_C(1000000000)
#define RETRY_MSEC 10

static struct {
	int listener;
	unsigned int workers;
	unsigned int busy;
} service;

static bool may_keep(void)
{
	return service.busy + WORKERS_SPARE <= WORKERS_MAX;
}

static void work(void *arg);

/* Keeps one worker waiting for connections as long as there may be more. */
static void add_worker(void)
{
	if (service.workers == WORKERS_MAX || service.workers > service.busy)
		return;
	if (!app_thread("http", work, NULL))
		service.workers++;
}

static void work(void *arg)
{
	(void)arg;
	for (;;) {
		const int socket = accept(service.listener, NULL, NULL);

		if (socket < 0) {
			/* No memory for one more: others will be closed. */
			sys_msleep(RETRY_MSEC);
			continue;
		}
		if (!count_get(COUNT_CONNECTIONS))
			count_add(COUNT_START_TICKS, app_busy_ticks());
		count_add(COUNT_CONNECTIONS, 1);
		count_set_open(++service.busy);
		add_worker();
		connection_serve(socket, may_keep);
		count_set_open(--service.busy);
	}
}

static int listen_on(unsigned int port)
{
	const struct sockaddr_in address = {
		.sin_len = sizeof(address),
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};

	service.listener = socket(AF_INET, SOCK_STREAM, 0);
	if (service.listener < 0 ||
	    bind(service.listener, (const struct sockaddr *)&address,
		 sizeof(address)) ||
	    listen(service.listener, BACKLOG))
		return -errno;
	return 0;
}

/* "port=" of the command line; 0: it is no port. */
static unsigned int chosen_port(void)
{
	const char *const option = app_option("port");
	unsigned long port;
	char *end;

	if (!option)
		return PORT;
	port = strtoul(option, &end, 10);
	return *end || port > 65535 ? 0 : (unsigned int)port;
}

int main(void)
{
	const unsigned int port = chosen_port();
	int err;

	if (!port) {
		printf("httpd: port= wants a number from 1 to 65535\n");
		return EXIT_FAILURE;
	}
	err = app_network_wait(app_uptime() + NETWORK_SECONDS * NSEC_PER_SEC);
	if (!err)
		err = listen_on(port);
	if (err) {
		printf("httpd: no network: error %d\n", -err);
		return EXIT_FAILURE;
	}
	printf("httpd: http://%s:%u/\n", app_network_address(), port);
	service.workers = 1;
	work(NULL);
	return EXIT_SUCCESS;
}
