/* SPDX-License-Identifier: MIT */
/*
 * lib/quote: quotes that are a TD's own, and those that are not. Offsets are
 * typed from Intel's description of the format; each quote lies in memory of
 * exactly its size, so that reading too far is caught.
 */
#include "tests/unit/expect.h"

#include <errno.h>

#include "lib/quote.h"

#define V4_SIZE (48 + 584 + 4)
#define V5_HEAD 54
#define SIGNATURE 100
#define ROOM 1024

static struct tdreport report;
static uint8_t quote[ROOM];

static uint64_t check(size_t size)
{
	uint8_t *const exact = malloc(size ? size : 1);
	int got;

	memcpy(exact, quote, size);
	got = quote_check(exact, size, &report);
	free(exact);
	return (uint64_t)(int64_t)got;
}

static void expect_check(size_t size, int want, const char *what)
{
	expect_u64(check(size), (uint64_t)(int64_t)want, what);
}

static void put32(size_t at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		quote[at + (size_t)i] = (uint8_t)(value >> 8 * i);
}

/* TDREPORT_STRUCT's fields in the order of a quote's body. */
static void put_body(size_t at, bool is_1_5)
{
	const uint8_t *const from = (const uint8_t *)&report;

	memcpy(quote + at, from + 264, 120);
	memcpy(quote + at + 120, from + 512, 400);
	memcpy(quote + at + 520, from + 128, 64);
	if (!is_1_5)
		return;
	memcpy(quote + at + 584, from + 384, 16);
	memcpy(quote + at + 600, from + 912, 48);
}

static void put_head(uint8_t version)
{
	memset(quote, 0x11, sizeof(quote));
	quote[0] = version;
	quote[1] = 0;
	quote[2] = 2;
	quote[3] = 0;
	put32(4, 0x81);
	put32(8, 0);
}

static size_t make_v4(void)
{
	put_head(4);
	put_body(48, false);
	put32(632, SIGNATURE);
	return V4_SIZE + SIGNATURE;
}

static size_t make_v5(uint8_t type, uint32_t size)
{
	put_head(5);
	quote[48] = type;
	quote[49] = 0;
	put32(50, size);
	put_body(V5_HEAD, type == 3);
	put32(V5_HEAD + size, SIGNATURE);
	return V5_HEAD + size + 4 + SIGNATURE;
}

static void test_good(void)
{
	size_t size = make_v4();

	expect_check(size, (int)size, "version 4");
	expect_check(size + 8, (int)size, "bytes behind it");
	size = make_v5(2, 584);
	expect_check(size, (int)size, "version 5, TDX 1.0");
	size = make_v5(3, 648);
	expect_check(size, (int)size, "version 5, TDX 1.5");
	make_v4();
	put32(632, 0);
	expect_check(V4_SIZE, V4_SIZE, "no signature: not judged");
}

/* From the front, and so through each read that there is. */
static void test_cut(size_t size)
{
	for (size_t i = 0; i < size; i++)
		expect_check(i, -EBADMSG, "cut off");
}

static void test_header(void)
{
	static const uint8_t versions[] = { 0, 1, 2, 3, 6, 255 };
	const size_t size = make_v4();

	for (size_t i = 0; i < sizeof(versions); i++) {
		quote[0] = versions[i];
		expect_check(size, -EBADMSG, "version");
	}
	make_v4();
	quote[1] = 1;
	expect_check(size, -EBADMSG, "version, second byte");
	for (size_t i = 4; i < 8; i++) {
		make_v4();
		quote[i] ^= 0x80;
		expect_check(size, -EBADMSG, "type of TEE");
	}
}

static void test_lengths(void)
{
	static const uint32_t lengths[] = {
		SIGNATURE + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
		0xFFFFFFFF - V4_SIZE + 1,
	};
	const size_t size = make_v4();

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		put32(632, lengths[i]);
		expect_check(size, -EBADMSG, "length of the signature");
	}
	expect_check(make_v5(1, 584), -EBADMSG, "an enclave's body");
	expect_check(make_v5(2, 648), -EBADMSG, "1.0 of 1.5's length");
	expect_check(make_v5(3, 584), -EBADMSG, "1.5 of 1.0's length");
	expect_check(make_v5(4, 648), -EBADMSG, "a body of the future");
	make_v5(3, 648);
	put32(50, 0xFFFFFFFF);
	expect_check(ROOM, -EBADMSG, "a body without end");
	make_v5(3, 648);
	quote[49] = 1;
	expect_check(ROOM, -EBADMSG, "type of body, second byte");
}

/* Each byte of the body counts; what surrounds it is the service's. */
static void test_other(size_t size, size_t from, size_t to)
{
	for (size_t i = 8; i < size; i++) {
		const bool is_body = i >= from && i < to;
		const bool is_length = (i >= to && i < to + 4) ||
				       (from == V5_HEAD && i >= 48 && i < from);

		if (is_length)
			continue;
		quote[i] ^= 0x10;
		expect_check(size, is_body ? -ESTALE : (int)size, "a bit");
		quote[i] ^= 0x10;
	}
}

int main(void)
{
	uint8_t *const bytes = (uint8_t *)&report;

	for (size_t i = 0; i < sizeof(report); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256 + 1);
	test_good();
	test_cut(make_v4());
	test_cut(make_v5(2, 584));
	test_cut(make_v5(3, 648));
	test_header();
	test_lengths();
	test_other(make_v4(), 48, 632);
	test_other(make_v5(2, 584), V5_HEAD, V5_HEAD + 584);
	test_other(make_v5(3, 648), V5_HEAD, V5_HEAD + 648);
	return expect_result("quote");
}
