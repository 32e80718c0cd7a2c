/* SPDX-License-Identifier: MIT */
/*
 * lib/http: good heads, and what a hostile client makes of them. Every head
 * is given whole, byte by byte and in an allocation of exactly its size, so
 * that reading too far is caught; all three must agree.
 * Links: lib/http.c
 */
#include "tests/unit/expect.h"

#include "lib/http.h"

static struct http_request parsed;
static char *text;

/* The verdict on size bytes that arrive step at a time. */
static int feed(const char *from, size_t size, size_t step)
{
	int status = 0;

	free(text);
	text = malloc(size ? size : 1);
	memcpy(text, from, size);
	parsed = (struct http_request){ 0 };
	for (size_t have = 0; !status && have < size;) {
		have = have + step < size ? have + step : size;
		status = http_parse(&parsed, text, have);
	}
	return status;
}

static void check_bytes(const char *from, size_t size, int want)
{
	expect_u64((uint64_t)feed(from, size, 7), (uint64_t)want, from);
	expect_u64((uint64_t)feed(from, size, 1), (uint64_t)want, from);
	expect_u64((uint64_t)feed(from, size, size), (uint64_t)want, from);
}

static void check(const char *from, int want)
{
	check_bytes(from, strlen(from), want);
}

#define HOST "Host: a\r\n"
#define HEAD11(rest) "GET / HTTP/1.1\r\n" HOST rest "\r\n"

static void test_good(void)
{
	check("GET /a/b?x=1&y HTTP/1.1\r\nhOsT:a\r\n\r\n", HTTP_OK);
	expect_true(http_slice_is(parsed.path, "/a/b"), "path");
	expect_true(http_slice_is(parsed.query, "x=1&y"), "query");
	expect_true(parsed.method == HTTP_GET, "GET");
	expect_true(parsed.is_kept_alive, "1.1 is kept alive");
	expect_true(!parsed.has_body, "no body");
	check("HEAD / HTTP/1.0\r\n\r\n", HTTP_OK);
	expect_true(parsed.method == HTTP_HEAD, "HEAD");
	expect_true(!parsed.is_kept_alive, "1.0 closes");
	expect_true(!parsed.query.size, "no query");
	check("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", HTTP_OK);
	expect_true(parsed.is_kept_alive, "1.0 with keep-alive");
	check(HEAD11("Connection: foo ,\tCLOSE\r\n"), HTTP_OK);
	expect_true(!parsed.is_kept_alive, "1.1 with close");
	check(HEAD11("Connection: close \t\r\n"), HTTP_OK);
	expect_true(!parsed.is_kept_alive, "blanks behind a word");
	check(HEAD11("Connection: clxse\r\nConnectixn: close\r\n"), HTTP_OK);
	expect_true(parsed.is_kept_alive, "other words");
	check(HEAD11("Connection: close\r\nConnection: keep-alive\r\n"),
	      HTTP_OK);
	expect_true(!parsed.is_kept_alive, "close wins");
	check("GET / HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n",
	      HTTP_OK);
	expect_true(!parsed.is_kept_alive, "close wins in 1.0, too");
	check("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", HTTP_OK);
	check("GET http://a:80/x?y HTTP/1.1\r\n" HOST "\r\n", HTTP_OK);
	expect_true(http_slice_is(parsed.path, "/x"), "absolute form");
	check("POST /x HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n",
	      HTTP_OK);
	expect_true(parsed.method == HTTP_OTHER && parsed.has_body, "POST");
	check("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", HTTP_OK);
	check(HEAD11("Content-Length: 000\r\nX:\r\nY: \t \r\n"), HTTP_OK);
	expect_true(!parsed.has_body, "a body of no bytes");
	check(HEAD11("X: \x80\xFF\t\"\r\n"), HTTP_OK);
	check("GET /~ HTTP/1.1\r\n" HOST "zZ: 1\r\n\r\n", HTTP_OK);
}

static void test_pipelined(void)
{
	static const char one[] = HEAD11("");
	static const char two[] = HEAD11("") "GET /b HTTP/1.1\r\n\r\n";

	check_bytes(two, sizeof(two) - 1, HTTP_OK);
	expect_u64(parsed.size, sizeof(one) - 1, "size of the first");
	parsed = (struct http_request){ 0 };
	expect_u64((uint64_t)http_parse(&parsed, text + sizeof(one) - 1,
					sizeof(two) - sizeof(one)),
		   HTTP_BAD_REQUEST, "the second has no host");
}

static void test_truncated(void)
{
	static const char head[] =
		"GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";

	for (size_t size = 0; size < sizeof(head) - 1; size++)
		expect_u64((uint64_t)feed(head, size, size ? size : 1), 0,
			   "truncated");
	check(head, HTTP_OK);
}

static void test_line_ends(void)
{
	check("GET / HTTP/1.1\nHost: a\n\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.1\rHost: a\r\r", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.1\r\nHost: a\n\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.1\r\r\n", HTTP_BAD_REQUEST);
	check(HEAD11("X: a\rb\r\n"), HTTP_BAD_REQUEST);
	check("\r\n\r\n\r\nGET / HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check_bytes("\r\n\r\n\0\0\r\n", 8, HTTP_BAD_REQUEST);
	check_bytes("GET /\0 HTTP/1.1\r\n", 17, HTTP_BAD_REQUEST);
	check_bytes("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", 28,
		    HTTP_BAD_REQUEST);
	check(HEAD11("X: \x7F\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("X: \x1B\r\n"), HTTP_BAD_REQUEST);
}

static void test_request_lines(void)
{
	check("NONSENSE\r\n\r\n", HTTP_BAD_REQUEST);
	check("GET /\r\n\r\n", HTTP_BAD_REQUEST);
	check("GET  / HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.1 \r\n", HTTP_BAD_REQUEST);
	check("GET / x HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check(" GET / HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET x HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET * HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET http://a HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET http:// HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET ftp://a/ HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET /\t HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET /\xC3\xA4 HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("G@T / HTTP/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.10\r\n", HTTP_BAD_REQUEST);
	check("GET / http/1.1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/x.1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.x\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1-1\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/9.9\r\n", HTTP_VERSION_NOT_SUPPORTED);
	check("GET / HTTP/2.0\r\n", HTTP_VERSION_NOT_SUPPORTED);
	check("GET / HTTP/0.9\r\n", HTTP_VERSION_NOT_SUPPORTED);
}

static void test_headers(void)
{
	check("GET / HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST);
	check("GET / HTTP/1.1\r\nHxst: a\r\n\r\n", HTTP_BAD_REQUEST);
	check(HEAD11(HOST), HTTP_BAD_REQUEST);
	check(HEAD11("no colon\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("word\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11(": value\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("X : value\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11(" folded\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("X: a\r\n\tfolded: b\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("Content-Length: -1\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("Content-Length: +1\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("Content-Length: 1,1\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("Content-Length:\r\n"), HTTP_BAD_REQUEST);
	check(HEAD11("Content-Length: 1\r\nContent-Length: 1\r\n"),
	      HTTP_BAD_REQUEST);
	check(HEAD11("Transfer-Encoding: chunked\r\n"), HTTP_NOT_IMPLEMENTED);
}

static void test_too_many(void)
{
	static char many[64 * 1024];
	size_t size = (size_t)sprintf(many, "GET / HTTP/1.1\r\n" HOST);

	for (int i = 1; i < HTTP_HEADERS_MAX; i++)
		size += (size_t)sprintf(many + size, "X-%d: y\r\n", i);
	sprintf(many + size, "\r\n");
	check(many, HTTP_OK);
	sprintf(many + size, "X: y\r\n\r\n");
	check(many, HTTP_HEADERS_TOO_LARGE);
	memset(many, 'a', sizeof(many));
	memcpy(many, "GET /", 5);
	expect_u64((uint64_t)feed(many, sizeof(many), sizeof(many)), 0,
		   "an endless line is never complete");
}

/* Any bytes at all: some verdict, and never a byte that is not there. */
static void test_random(void)
{
	static const char alphabet[] = "GET / HTTP/1.1\r\n:Host\0\x80,\t?";
	unsigned int seed = 1;
	char bytes[64];

	for (int round = 0; round < 50000; round++) {
		const size_t kept = (size_t)round % 40;
		int whole, pieces;

		memcpy(bytes, HEAD11("Connection: close\r\n"),
		       sizeof(bytes) > 44 ? 44 : sizeof(bytes));
		for (size_t i = kept; i < sizeof(bytes); i++) {
			seed = seed * 1103515245U + 12345U;
			bytes[i] =
				alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		whole = feed(bytes, sizeof(bytes), sizeof(bytes));
		pieces = feed(bytes, sizeof(bytes), 1);
		if (!expect_true(whole == pieces, "random bytes"))
			return;
	}
}

static struct http_slice slice(const char *from)
{
	return (struct http_slice){ from, strlen(from) };
}

static void test_query(void)
{
	expect_u64(http_query_number(slice("size=12"), "size", 99, 1), 12,
		   "one");
	expect_u64(http_query_number(slice("size=9"), "size", 9, 1), 9,
		   "the largest, of one digit");
	expect_u64(http_query_number(slice("a&b=&size=99&c"), "size", 99, 1),
		   99, "among others");
	expect_u64(http_query_number(slice("size=100"), "size", 99, 1), 1,
		   "more than max");
	expect_u64(http_query_number(slice("size=1x"), "size", 99, 1), 1,
		   "no number");
	expect_u64(http_query_number(slice("sizes=3&size"), "size", 99, 1), 1,
		   "another key");
	expect_u64(http_query_number(slice("size=99999999999999999999999"),
				     "size", UINT64_MAX, 1),
		   1, "does not fit");
	expect_u64(http_query_number(slice(""), "size", 9, 1), 1, "empty");
	expect_u64(http_query_number(slice("size=18446744073709551615"), "size",
				     UINT64_MAX, 1),
		   UINT64_MAX, "the largest");
	expect_u64(http_query_number(slice("size=18446744073709551616"), "size",
				     UINT64_MAX, 1),
		   1, "one more");
}

/* Bytes of a query, in memory that ends where they must. */
static size_t bytes_of(const char *query, size_t room)
{
	uint8_t *const to = malloc(room ? room : 1);
	const size_t got = http_query_bytes(slice(query), "n", to, room);

	for (size_t i = 0; i < got; i++)
		expect_u64(to[i], (0xA0 + 0x1B * i) & 0xFF, query);
	free(to);
	return got;
}

static void test_bytes(void)
{
	expect_u64(bytes_of("n=A0", 1), 1, "one");
	expect_u64(bytes_of("m=1&n=&n=a0BBd6f1&n=7", 4), 4, "four");
	expect_u64(bytes_of("n=A0BB", 1), 0, "too many");
	expect_u64(bytes_of("n=A0B", 4), 0, "half a byte");
	expect_u64(bytes_of("n=", 4), 0, "empty");
	expect_u64(bytes_of("m=A0", 4), 0, "another's");
	expect_u64(bytes_of("", 4), 0, "no query");
	expect_u64(bytes_of("n=A0", 0), 0, "no room");
	for (int c = 1; c < 256; c++) {
		char query[] = { 'n', '=', 'A', (char)c, 0 };

		if (c == '0' || c == '&' || strchr("123456789abcdefABCDEF", c))
			continue;
		expect_u64(bytes_of(query, 4), 0, "no digit");
		query[2] = (char)c;
		query[3] = '0';
		expect_u64(bytes_of(query, 4), 0, "no digit");
	}
}

int main(void)
{
	test_good();
	test_pipelined();
	test_truncated();
	test_line_ends();
	test_request_lines();
	test_headers();
	test_too_many();
	test_random();
	test_query();
	test_bytes();
	for (int status = 0; status < 600; status++)
		expect_true(http_reason(status) != NULL, "a reason");
	free(text);
	return expect_result("http");
}
