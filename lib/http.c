/* SPDX-License-Identifier: MIT */
/*
 * Pure: see http.h.
 *
 * http_parse() finds lines and refuses bytes that no line may have; what a
 * line means is decided once it is complete.
 */
#include "lib/http.h"

#include <string.h>

/* Lines that are empty are skipped before a request, but not for ever. */
#define EMPTY_LINES_MAX 2

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* RFC 9110, Tokens. */
static bool is_token(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes that a line may hold; CR and LF are not among them. */
static bool is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7F);
}

bool http_slice_is(struct http_slice slice, const char *text)
{
	return slice.size == strlen(text) &&
	       !memcmp(slice.text, text, slice.size);
}

/* text is in lower case. */
static bool is_same_word(struct http_slice slice, const char *text)
{
	if (slice.size != strlen(text))
		return false;
	for (size_t i = 0; i < slice.size; i++) {
		if (to_lower(slice.text[i]) != text[i])
			return false;
	}
	return true;
}

static struct http_slice trim(struct http_slice slice)
{
	for (; slice.size && is_blank(*slice.text); slice.size--)
		slice.text++;
	while (slice.size && is_blank(slice.text[slice.size - 1]))
		slice.size--;
	return slice;
}

/* Cuts off and returns what is before the first end, or all. */
static struct http_slice cut(struct http_slice *rest, char end)
{
	const char *const at = memchr(rest->text, end, rest->size);
	struct http_slice head = *rest;

	if (at)
		head.size = (size_t)(at - rest->text);
	rest->text += head.size + (at ? 1 : 0);
	rest->size -= head.size + (at ? 1 : 0);
	return head;
}

static enum http_method method_of(struct http_slice word)
{
	if (http_slice_is(word, "GET"))
		return HTTP_GET;
	return http_slice_is(word, "HEAD") ? HTTP_HEAD : HTTP_OTHER;
}

static bool are_tokens(struct http_slice word)
{
	for (size_t i = 0; i < word.size; i++) {
		if (!is_token(word.text[i]))
			return false;
	}
	return word.size;
}

/* "HTTP/1.1": the status that refuses it, or 0. */
static int parse_version(struct http_request *request, struct http_slice word)
{
	const char *const text = word.text;

	if (word.size != 8 || memcmp(text, "HTTP/", 5) || !is_digit(text[5]) ||
	    text[6] != '.' || !is_digit(text[7]))
		return HTTP_BAD_REQUEST;
	if (text[5] != '1')
		return HTTP_VERSION_NOT_SUPPORTED;
	request->minor = (unsigned int)(text[7] - '0');
	request->is_kept_alive = request->minor > 0;
	return 0;
}

/* "/path?query", or the same behind "http://host". */
static int parse_target(struct http_request *request, struct http_slice target)
{
	static const char scheme[] = "http://";
	const size_t length = sizeof(scheme) - 1;

	for (size_t i = 0; i < target.size; i++) {
		if (target.text[i] <= ' ' || target.text[i] > '~')
			return HTTP_BAD_REQUEST;
	}
	if (target.size > length && !memcmp(target.text, scheme, length)) {
		const char *const path =
			memchr(target.text + length, '/', target.size - length);

		if (!path)
			return HTTP_BAD_REQUEST;
		target.size -= (size_t)(path - target.text);
		target.text = path;
	}
	if (!target.size || target.text[0] != '/')
		return HTTP_BAD_REQUEST;
	request->path = cut(&target, '?');
	request->query = target;
	return 0;
}

static int parse_request_line(struct http_request *request,
			      struct http_slice line)
{
	const struct http_slice method = cut(&line, ' ');
	const struct http_slice target = cut(&line, ' ');
	int status;

	if (!are_tokens(method))
		return HTTP_BAD_REQUEST;
	request->method = method_of(method);
	status = parse_version(request, line);
	if (status)
		return status;
	/* What "OPTIONS *" or "CONNECT host:1" are for is not asked. */
	if (request->method == HTTP_OTHER)
		return 0;
	return parse_target(request, target);
}

static void parse_connection(struct http_request *request,
			     struct http_slice value)
{
	while (value.size) {
		const struct http_slice word = trim(cut(&value, ','));

		if (is_same_word(word, "close"))
			request->is_closed = true;
		else if (is_same_word(word, "keep-alive"))
			request->is_kept_alive = true;
	}
}

/* Bodies are skipped by closing; whether there is one must be beyond doubt. */
static int parse_length(struct http_request *request, struct http_slice value)
{
	if (!value.size || request->num_lengths++)
		return HTTP_BAD_REQUEST;
	for (size_t i = 0; i < value.size; i++) {
		if (!is_digit(value.text[i]))
			return HTTP_BAD_REQUEST;
		if (value.text[i] != '0')
			request->has_body = true;
	}
	return 0;
}

static int parse_header(struct http_request *request, struct http_slice line)
{
	const struct http_slice name = cut(&line, ':');
	const struct http_slice value = trim(line);

	/* Also refuses a folded line, and a blank before the colon. */
	if (!are_tokens(name) || name.text + name.size == line.text)
		return HTTP_BAD_REQUEST;
	if (is_same_word(name, "host"))
		return request->num_hosts++ ? HTTP_BAD_REQUEST : 0;
	if (is_same_word(name, "connection"))
		parse_connection(request, value);
	if (is_same_word(name, "content-length"))
		return parse_length(request, value);
	if (is_same_word(name, "transfer-encoding"))
		return HTTP_NOT_IMPLEMENTED;
	return 0;
}

/* One line without its end. */
static int parse_line(struct http_request *request, struct http_slice line)
{
	if (request->has_request_line) {
		if (++request->num_headers > HTTP_HEADERS_MAX)
			return HTTP_HEADERS_TOO_LARGE;
		return parse_header(request, line);
	}
	if (!line.size)
		return ++request->num_empty > EMPTY_LINES_MAX ?
			       HTTP_BAD_REQUEST :
			       0;
	request->has_request_line = true;
	return parse_request_line(request, line);
}

/* HTTP_OK: line is the next one, 0: it is not complete, else its fault. */
static int find_line(struct http_request *request, const char *text,
		     size_t size, struct http_slice *line)
{
	for (; request->seen < size; request->seen++) {
		const size_t at = request->seen;

		if (is_text(text[at]))
			continue;
		if (text[at] != '\r')
			return HTTP_BAD_REQUEST;
		/* A CR is only good before an LF, which may still be coming. */
		if (at + 1 == size)
			return 0;
		if (text[at + 1] != '\n')
			return HTTP_BAD_REQUEST;
		line->text = text + request->line;
		line->size = at - request->line;
		request->seen = at + 2;
		request->line = request->seen;
		return HTTP_OK;
	}
	return 0;
}

static int finish(struct http_request *request)
{
	request->size = request->line;
	/* RFC 9112, Persistence: this comes first, wherever it stands. */
	if (request->is_closed)
		request->is_kept_alive = false;
	if (request->minor > 0 && !request->num_hosts)
		return HTTP_BAD_REQUEST;
	return HTTP_OK;
}

int http_parse(struct http_request *request, const char *text, size_t size)
{
	for (;;) {
		struct http_slice line;
		int status = find_line(request, text, size, &line);

		if (status != HTTP_OK)
			return status;
		if (!line.size && request->has_request_line)
			return finish(request);
		status = parse_line(request, line);
		if (status)
			return status;
	}
}

/* The value behind the first "key=" that has one; empty: there is none. */
static struct http_slice find_value(struct http_slice query, const char *key)
{
	while (query.size) {
		struct http_slice value = cut(&query, '&');
		const struct http_slice name = cut(&value, '=');

		if (value.size && http_slice_is(name, key))
			return value;
	}
	return query;
}

uint64_t http_query_number(struct http_slice query, const char *key,
			   uint64_t max, uint64_t fallback)
{
	const struct http_slice value = find_value(query, key);
	uint64_t number = 0;

	for (size_t i = 0; i < value.size; i++) {
		const char c = value.text[i];
		const uint64_t digit = (uint64_t)(c - '0');

		if (!is_digit(c) || digit > max || number > (max - digit) / 10)
			return fallback;
		number = 10 * number + digit;
	}
	return value.size ? number : fallback;
}

/* 16: no hexadecimal digit. */
static unsigned int hex_digit(char c)
{
	if (is_digit(c))
		return (unsigned int)(c - '0');
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10 : 16;
}

size_t http_query_bytes(struct http_slice query, const char *key, uint8_t *to,
			size_t room)
{
	const struct http_slice value = find_value(query, key);

	if (value.size % 2 || value.size / 2 > room)
		return 0;
	for (size_t i = 0; i < value.size; i += 2) {
		const unsigned int high = hex_digit(value.text[i]);
		const unsigned int low = hex_digit(value.text[i + 1]);

		if (high > 15 || low > 15)
			return 0;
		to[i / 2] = (uint8_t)(high << 4 | low);
	}
	return value.size / 2;
}

const char *http_reason(int status)
{
	switch (status) {
	case HTTP_OK:
		return "OK";
	case HTTP_BAD_REQUEST:
		return "Bad Request";
	case HTTP_NOT_FOUND:
		return "Not Found";
	case HTTP_METHOD_NOT_ALLOWED:
		return "Method Not Allowed";
	case HTTP_REQUEST_TIMEOUT:
		return "Request Timeout";
	case HTTP_CONTENT_TOO_LARGE:
		return "Content Too Large";
	case HTTP_HEADERS_TOO_LARGE:
		return "Request Header Fields Too Large";
	case HTTP_NOT_IMPLEMENTED:
		return "Not Implemented";
	case HTTP_BAD_GATEWAY:
		return "Bad Gateway";
	case HTTP_SERVICE_UNAVAILABLE:
		return "Service Unavailable";
	case HTTP_GATEWAY_TIMEOUT:
		return "Gateway Timeout";
	case HTTP_VERSION_NOT_SUPPORTED:
		return "HTTP Version Not Supported";
	default:
		return "";
	}
}
