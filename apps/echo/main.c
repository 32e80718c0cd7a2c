/* SPDX-License-Identifier: MIT */
/* The echo service (RFC 862) on TCP port 7: a program in one page. */
#include <stdio.h>
#include <stdlib.h>

#include "lwip/sockets.h"
#include "lwip/sys.h"

#include "kernel/app.h"

#define PORT 7
#define BACKLOG 8
#define RETRY_MSEC 10

/* One connection: arg is its socket. */
static void echo(void *arg)
{
	const int socket = (int)(intptr_t)arg;
	char bytes[4096];
	ssize_t got;

	while ((got = recv(socket, bytes, sizeof(bytes), 0)) > 0) {
		if (send(socket, bytes, (size_t)got, 0) != got)
			break;
	}
	close(socket);
}

int main(void)
{
	const struct sockaddr_in address = {
		.sin_len = sizeof(address),
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	const int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (app_network_wait(UINT64_MAX) ||
	    bind(listener, (const struct sockaddr *)&address,
		 sizeof(address)) ||
	    listen(listener, BACKLOG))
		return EXIT_FAILURE;
	printf("echo: %s port %d\n", app_network_address(), PORT);
	for (;;) {
		const int socket = accept(listener, NULL, NULL);

		/* Too many at once: until one of them ends. */
		if (socket < 0)
			sys_msleep(RETRY_MSEC);
		else if (app_thread("echo", echo, (void *)(intptr_t)socket))
			close(socket);
	}
}
