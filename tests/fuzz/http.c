/* SPDX-License-Identifier: MIT */
/*
 * lib/http: however the bytes are cut, the verdict is the same, and what is
 * taken out of the text lies in it.
 *
 * Links: lib/http.c
 */
#include "tests/fuzz/fuzz.h"

#include "lib/http.h"

static struct http_request request;

static bool is_inside(struct http_slice slice, const char *text)
{
	return slice.text >= text &&
	       slice.text + slice.size <= text + request.size;
}

static void check_request(const char *text, size_t size)
{
	uint8_t bytes[16];

	expect_true(request.size && request.size <= size, "size");
	expect_true(!request.query.size || is_inside(request.query, text),
		    "query");
	expect_true(http_query_number(request.query, "n", 1000, 7) <= 1000,
		    "number");
	expect_true(http_query_bytes(request.query, "n", bytes, 16) <= 16,
		    "bytes");
	/* Of other methods nothing is looked at. */
	if (request.method == HTTP_OTHER)
		return;
	expect_true(is_inside(request.path, text), "path");
	expect_true(request.path.size && request.path.text[0] == '/',
		    "path begins with /");
}

/* The verdict on a copy of which no byte more may be read. */
static int feed(const uint8_t *data, size_t size, size_t step)
{
	char *text = malloc(size ? size : 1);
	int status = 0;

	memcpy(text, data, size);
	request = (struct http_request){ 0 };
	for (size_t have = 0; !status && have < size;) {
		have = have + step < size ? have + step : size;
		status = http_parse(&request, text, have);
	}
	if (status == HTTP_OK)
		check_request(text, size);
	free(text);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int whole = feed(data, size, size ? size : 1);
	const size_t taken = request.size;

	expect_true(whole == feed(data, size, 1), "byte by byte");
	expect_true(whole != HTTP_OK || request.size == taken, "same size");
	expect_true(whole == feed(data, size, 7), "by seven");
	expect_true(!whole || http_reason(whole)[0], "a known status");
	return fuzz_verdict();
}
