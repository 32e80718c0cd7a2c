/* SPDX-License-Identifier: MIT */
/*
 * The head of an HTTP/1 request (RFC 9112), read strictly: lines end in CR
 * LF, nothing is folded, no byte is a control character. Each byte is looked
 * at once however small the pieces are in which it arrives.
 */
#ifndef LIB_HTTP_H
#define LIB_HTTP_H

#include "lib/types.h"

#define HTTP_HEADERS_MAX 64

#define HTTP_OK 200
#define HTTP_BAD_REQUEST 400
#define HTTP_NOT_FOUND 404
#define HTTP_METHOD_NOT_ALLOWED 405
#define HTTP_REQUEST_TIMEOUT 408
#define HTTP_CONTENT_TOO_LARGE 413
#define HTTP_HEADERS_TOO_LARGE 431
#define HTTP_NOT_IMPLEMENTED 501
#define HTTP_BAD_GATEWAY 502
#define HTTP_SERVICE_UNAVAILABLE 503
#define HTTP_GATEWAY_TIMEOUT 504
#define HTTP_VERSION_NOT_SUPPORTED 505

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_OTHER,
};

/* Pieces of the caller's text: not terminated. */
struct http_slice {
	const char *text;
	size_t size;
};

struct http_request {
	enum http_method method;
	struct http_slice path;	 /* "/...", without the query */
	struct http_slice query; /* behind "?", empty when there is none */
	bool is_kept_alive;	 /* the client will send another */
	bool has_body;		 /* which follows the head */
	size_t size;		 /* of the head with its empty line */

	/* The parser's own. */
	size_t seen;
	size_t line;
	bool has_request_line;
	bool is_closed; /* the client says that this is its last */
	unsigned int minor;
	unsigned int num_empty;
	unsigned int num_headers;
	unsigned int num_hosts;
	unsigned int num_lengths;
};

/*
 * Reads on in text, of which size bytes are there by now: call it with a
 * zeroed request at first, then with the same one and the same text, longer.
 * HTTP_OK: the head is complete; 0: it is not, more is needed; else the status
 * that refuses it, after which the connection is of no more use.
 */
int http_parse(struct http_request *request, const char *text, size_t size);

bool http_slice_is(struct http_slice slice, const char *text);

/*
 * The decimal number behind "key=" in a query such as "a=1&key=2"; fallback
 * when there is none or it is more than max.
 */
uint64_t http_query_number(struct http_slice query, const char *key,
			   uint64_t max, uint64_t fallback);

/*
 * The bytes behind "key=", two hexadecimal digits each, at to; how many. 0:
 * there are none, or more than room, or what stands there is no such thing.
 */
size_t http_query_bytes(struct http_slice query, const char *key, uint8_t *to,
			size_t room);

/* What the status line says of a status; "" for one that is not above. */
const char *http_reason(int status);

#endif
