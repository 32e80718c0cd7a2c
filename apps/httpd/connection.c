/* SPDX-License-Identifier: MIT */
/*
 * One connection: read a head, answer, again. The answer's head stands right
 * before its body, so that both leave in one send and one notification.
 *
 * A client has IDLE_SECONDS to complete a head, whatever pieces it sends it
 * in, and as long for each piece of an answer to be taken. Clocks are looked
 * at when something comes, so that it may be twice as long.
 */
#include "apps/httpd/httpd.h"

#include <string.h>
#include <sys/time.h>

#include "lwip/sockets.h"

#include "kernel/app.h"
#include "lib/http.h"

#define IDLE_SECONDS 10
#define NSEC_PER_SEC UINT64_C(1000000000)
/* After the last answer, until the client says nothing for so long. */
#define LINGER_SECONDS 1

#define REQUEST_MAX 4096
#define HEAD_MAX 256
#define BODY_MAX 16384

struct connection {
	int socket;
	bool (*may_keep)(void);
	size_t have;	  /* bytes of requests, from the beginning */
	size_t body_size; /* of the answer */
	bool is_data;	  /* which is made while it is sent: data.c */
	char request[REQUEST_MAX];
	/* Head, right-aligned to the body; then the body. */
	char answer[HEAD_MAX + BODY_MAX];
};

static const char type_html[] = "text/html; charset=utf-8";
static const char type_text[] = "text/plain; charset=utf-8";
static const char type_metrics[] = "text/plain; version=0.0.4; charset=utf-8";
static const char type_bytes[] = "application/octet-stream";

/* Less than all of it goes only when the client's time for it has passed. */
static bool send_all(const struct connection *connection, const char *from,
		     size_t size)
{
	const ssize_t sent = send(connection->socket, from, size, 0);

	if (sent > 0)
		count_add(COUNT_BYTES, (uint64_t)sent);
	return sent == (ssize_t)size;
}

/* Reads on until there is a head: its status, or 0 when there is no more. */
static int read_head(struct connection *connection,
		     struct http_request *request)
{
	const uint64_t deadline = app_uptime() + IDLE_SECONDS * NSEC_PER_SEC;

	for (;;) {
		char *const to = connection->request + connection->have;
		const size_t room = REQUEST_MAX - connection->have;
		ssize_t got;
		int status;

		status = http_parse(request, connection->request,
				    connection->have);
		if (status)
			return status;
		if (!room)
			return HTTP_HEADERS_TOO_LARGE;
		got = recv(connection->socket, to, room, 0);
		if (!got || app_uptime() >= deadline)
			break;
		if (got < 0)
			return 0;
		connection->have += (size_t)got;
	}
	if (app_uptime() < deadline)
		return 0;
	count_add(COUNT_TIMEOUTS, 1);
	return connection->have ? HTTP_REQUEST_TIMEOUT : 0;
}

/* The size of the head, which ends where the body begins. */
static size_t write_head(struct connection *connection, int status,
			 const char *type, bool is_kept)
{
	char head[HEAD_MAX];
	struct text text = { head, head + sizeof(head) };
	size_t size;

	text_put(&text, "HTTP/1.1 ");
	text_number(&text, (uint64_t)status);
	text_put(&text, " ");
	text_put(&text, http_reason(status));
	text_put(&text, "\r\nContent-Type: ");
	text_put(&text, type);
	text_put(&text, "\r\nContent-Length: ");
	text_number(&text, connection->body_size);
	if (status == HTTP_METHOD_NOT_ALLOWED)
		text_put(&text, "\r\nAllow: GET, HEAD");
	text_put(&text, is_kept ? "\r\nConnection: keep-alive\r\n\r\n" :
				  "\r\nConnection: close\r\n\r\n");
	size = (size_t)(text.at - head);
	memcpy(connection->answer + HEAD_MAX - size, head, size);
	return size;
}

/* Writes a body that stands in the buffer as a whole; its status. */
static int write_body(struct connection *connection,
		      const struct http_request *request, const char **type)
{
	char *const body = connection->answer + HEAD_MAX;
	struct text text = { body, body + BODY_MAX };

	if (http_slice_is(request->path, "/")) {
		page_write(&text);
		*type = type_html;
	} else if (http_slice_is(request->path, "/metrics")) {
		metrics_write(&text);
		*type = type_metrics;
	} else if (http_slice_is(request->path, "/download/1M.sha256")) {
		data_write_digest(&text);
		*type = type_text;
	} else if (http_slice_is(request->path, "/quote")) {
		*type = type_bytes;
		return quote_write(request->query, body, BODY_MAX,
				   &connection->body_size);
	} else {
		return HTTP_NOT_FOUND;
	}
	connection->body_size = (size_t)(text.at - body);
	return HTTP_OK;
}

/* The status of the answer to a good request, its type and its body. */
static int find_body(struct connection *connection,
		     const struct http_request *request, const char **type)
{
	connection->is_data = true;
	*type = type_bytes;
	if (http_slice_is(request->path, "/download/1M")) {
		connection->body_size = MIB;
		return HTTP_OK;
	}
	if (http_slice_is(request->path, "/data")) {
		connection->body_size = http_query_number(
			request->query, "size", DATA_SIZE_MAX, MIB);
		return HTTP_OK;
	}
	connection->is_data = false;
	return write_body(connection, request, type);
}

/* A body that is larger than the buffer, or smaller, from data.c. */
static bool send_data(struct connection *connection, size_t head_size)
{
	char *const body = connection->answer + HEAD_MAX;
	size_t left = connection->body_size;
	struct data data;

	data_start(&data);
	do {
		const size_t size = left < BODY_MAX ? left : BODY_MAX;

		data_fill(&data, body, align_up(size, 8));
		if (!send_all(connection, body - head_size, head_size + size))
			return false;
		head_size = 0;
		left -= size;
	} while (left);
	return true;
}

static bool send_answer(struct connection *connection, int status,
			const char *type, const struct http_request *request,
			bool is_kept)
{
	const size_t head_size = write_head(connection, status, type, is_kept);
	const char *const head = connection->answer + HEAD_MAX - head_size;

	count_answer(status);
	if (request->method == HTTP_HEAD)
		return send_all(connection, head, head_size);
	if (connection->is_data)
		return send_data(connection, head_size);
	return send_all(connection, head, head_size + connection->body_size);
}

static void write_error(struct connection *connection, int status)
{
	char *const body = connection->answer + HEAD_MAX;
	struct text text = { body, body + BODY_MAX };

	connection->is_data = false;
	text_number(&text, (uint64_t)status);
	text_put(&text, " ");
	text_put(&text, http_reason(status));
	text_put(&text, "\n");
	connection->body_size = (size_t)(text.at - body);
}

/* Answers a request; status is that of its head. False: it was the last. */
static bool answer(struct connection *connection,
		   const struct http_request *request, int status)
{
	const char *type;
	bool is_kept = false;

	if (status == HTTP_OK && request->method == HTTP_OTHER)
		status = HTTP_METHOD_NOT_ALLOWED;
	else if (status == HTTP_OK && request->has_body)
		status = HTTP_CONTENT_TOO_LARGE;
	else if (status == HTTP_OK)
		is_kept = request->is_kept_alive && connection->may_keep();
	if (status == HTTP_OK)
		status = find_body(connection, request, &type);
	if (status != HTTP_OK) {
		write_error(connection, status);
		type = type_text;
	}
	return send_answer(connection, status, type, request, is_kept) &&
	       is_kept;
}

/*
 * A connection that is closed while bytes of the client are on their way is
 * reset, and the reset may overtake the answer: so read for a while.
 */
static void linger(struct connection *connection)
{
	const uint64_t deadline = app_uptime() + IDLE_SECONDS * NSEC_PER_SEC;
	const struct timeval limit = { .tv_sec = LINGER_SECONDS };

	shutdown(connection->socket, SHUT_WR);
	setsockopt(connection->socket, SOL_SOCKET, SO_RCVTIMEO, &limit,
		   sizeof(limit));
	while (app_uptime() < deadline) {
		if (recv(connection->socket, connection->request, REQUEST_MAX,
			 0) <= 0)
			break;
	}
}

static void set_up(int socket)
{
	const struct timeval limit = { .tv_sec = IDLE_SECONDS };
	const int on = 1;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	/* An answer is one piece: nothing comes to fill a segment. */
	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void connection_serve(int socket, bool (*may_keep)(void))
{
	struct connection connection;
	bool is_kept;

	connection.socket = socket;
	connection.may_keep = may_keep;
	connection.have = 0;
	set_up(socket);
	for (;;) {
		struct http_request request = { 0 };
		const int status = read_head(&connection, &request);

		if (!status)
			break;
		is_kept = answer(&connection, &request, status);
		if (!is_kept) {
			linger(&connection);
			break;
		}
		/* What a pipelining client has sent already is the next one. */
		connection.have -= request.size;
		memmove(connection.request, connection.request + request.size,
			connection.have);
	}
	close(socket);
}
