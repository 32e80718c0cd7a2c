/* SPDX-License-Identifier: MIT */
/*
 * The results over HTTP, one client at a time, who has SECONDS for each step.
 * An answer has no length and ends with its connection.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "lwip/sockets.h"

#include "apps/bench/bench.h"
#include "kernel/app.h"
#include "lib/http.h"

#define PORT 80
#define BACKLOG 16
#define SECONDS 5
#define READS_MAX 64
#define NETWORK_SECONDS 60
#define NSEC_PER_SEC UINT64_C(1000000000)
#define REQUEST_MAX 2048
#define BUFFER_SIZE 4096

struct socket_sink {
	struct sink sink;
	int socket;
	bool has_failed;
	size_t size;
	char buffer[BUFFER_SIZE];
};

/* Less than all of it goes only when the client's time for it has passed. */
static void flush(struct socket_sink *to)
{
	if (to->size && !to->has_failed)
		to->has_failed = send(to->socket, to->buffer, to->size, 0) !=
				 (ssize_t)to->size;
	to->size = 0;
}

static void write_socket(struct sink *sink, const char *text, size_t size)
{
	struct socket_sink *const to =
		container_of(sink, struct socket_sink, sink);

	while (size && !to->has_failed) {
		const size_t piece =
			min_u64(size, sizeof(to->buffer) - to->size);

		memcpy(to->buffer + to->size, text, piece);
		to->size += piece;
		text += piece;
		size -= piece;
		if (to->size == sizeof(to->buffer))
			flush(to);
	}
}

/* The status of the request's head; 0: none came. */
static int read_request(int socket, struct http_request *request,
			char text[REQUEST_MAX])
{
	size_t have = 0;

	for (int i = 0; i < READS_MAX && have < REQUEST_MAX; i++) {
		const ssize_t got =
			recv(socket, text + have, REQUEST_MAX - have, 0);
		int status;

		if (got <= 0)
			return 0;
		have += (size_t)got;
		status = http_parse(request, text, have);
		if (status)
			return status;
	}
	return HTTP_HEADERS_TOO_LARGE;
}

static void write_head(struct sink *sink, int status, const char *type)
{
	sink_print(sink, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
		   "Connection: close\r\n\r\n", status, http_reason(status),
		   type);
}

static void answer(struct sink *sink, const struct bench *bench,
		   const struct http_request *request, int status)
{
	const bool is_json = http_slice_is(request->path, "/bench.json");

	if (status == HTTP_OK && request->method == HTTP_OTHER)
		status = HTTP_METHOD_NOT_ALLOWED;
	else if (status == HTTP_OK && !is_json &&
		 !http_slice_is(request->path, "/bench"))
		status = HTTP_NOT_FOUND;
	if (status != HTTP_OK) {
		write_head(sink, status, "text/plain; charset=utf-8");
		sink_print(sink, "%d %s\n", status, http_reason(status));
		return;
	}
	write_head(sink, status, is_json ? "application/json" :
					   "text/html; charset=utf-8");
	if (request->method == HTTP_HEAD)
		return;
	if (is_json)
		json_write(sink, bench);
	else
		page_write(sink, bench);
}

static void serve_one(int socket, const struct bench *bench)
{
	static struct socket_sink to;
	static char text[REQUEST_MAX];
	const struct timeval limit = { .tv_sec = SECONDS };
	struct http_request request = { 0 };
	int status;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	status = read_request(socket, &request, text);
	to.sink.write = write_socket;
	to.socket = socket;
	to.has_failed = false;
	to.size = 0;
	if (status) {
		answer(&to.sink, bench, &request, status);
		flush(&to);
	}
	shutdown(socket, SHUT_WR);
	/* Until the client has read all of it, or goes. */
	for (int i = 0; i < READS_MAX; i++)
		if (recv(socket, text, sizeof(text), 0) <= 0)
			break;
	close(socket);
}

static int listen_on(unsigned int port)
{
	const struct sockaddr_in address = {
		.sin_len = sizeof(address),
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};
	const int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 ||
	    bind(listener, (const struct sockaddr *)&address,
		 sizeof(address)) ||
	    listen(listener, BACKLOG))
		return -errno;
	return listener;
}

int serve(const struct bench *bench)
{
	const int err =
		app_network_wait(app_uptime() + NETWORK_SECONDS * NSEC_PER_SEC);
	const int listener = err ? err : listen_on(PORT);

	if (listener < 0) {
		printf("bench: no network: error %d\n", -listener);
		return -listener;
	}
	printf("bench: http://%s/bench\n", app_network_address());
	for (;;) {
		const int socket = accept(listener, NULL, NULL);

		if (socket >= 0)
			serve_one(socket, bench);
	}
}
