/* SPDX-License-Identifier: MIT */
/*
 * lib/inet and lib/siphash: checksums against the plain definition at every
 * size and alignment, addresses, and the vectors of the SipHash paper.
 * Links: lib/inet.c lib/siphash.c
 */
#include "tests/unit/expect.h"

#include "lib/inet.h"
#include "lib/siphash.h"

/* RFC 1071, word by word. */
static uint16_t plain_sum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i++) {
		sum += (uint32_t)bytes[i] << (i % 2 * 8);
		sum = (sum & 0xFFFF) + (sum >> 16);
	}
	return (uint16_t)sum;
}

static void check_sums(const uint8_t *bytes, size_t size)
{
	for (size_t start = 0; start < 9; start++) {
		for (size_t end = start; end <= size; end++)
			expect_u64(inet_sum(bytes + start, end - start),
				   plain_sum(bytes + start, end - start),
				   "sum");
	}
}

static void test_sums(void)
{
	/* RFC 1071's example, here in memory order. */
	static const uint8_t example[] = { 0x00, 0x01, 0xF2, 0x03,
					   0xF4, 0xF5, 0xF6, 0xF7 };
	uint8_t bytes[200];

	expect_u64(inet_sum(example, sizeof(example)), 0xF2DD, "RFC 1071");
	memset(bytes, 0xFF, sizeof(bytes));
	check_sums(bytes, sizeof(bytes));
	memset(bytes, 0, sizeof(bytes));
	check_sums(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i + 211 * i);
	check_sums(bytes, sizeof(bytes));
}

static void test_config(void)
{
	static const char *const bad[] = {
		"",
		"10.0.2.15",
		"10.0.2.15/",
		"10.0.2.15/0",
		"10.0.2.15/31",
		"10.0.2.15/99999999999",
		"10.0.2/24",
		"10.0.2.256/24",
		"10.0.2.15.1/24",
		"10..2.15/24",
		"10.0.2.15/24,",
		"10.0.2.15/24,10.0.3.2",
		"10.0.2.15/24,10.0.2.15",
		"10.0.2.15/24,10.0.2.2 ",
		"10.0.2.15/24;10.0.2.2",
		" 10.0.2.15/24",
		"-1.0.2.15/24",
		"10.0.2.0/24",
		"10.0.2.255/24",
		"0.0.0.1/24",
		"127.0.0.1/8",
		"224.0.0.1/8",
	};
	struct inet_config config;

	expect_true(!inet_parse_config("10.0.2.15/24,10.0.2.2", &config),
		    "address, length and gateway");
	expect_u64(config.address, 0x0A00020F, "address");
	expect_u64(config.netmask, 0xFFFFFF00, "netmask");
	expect_u64(config.gateway, 0x0A000202, "gateway");
	expect_true(!inet_parse_config("192.0.2.129/30", &config), "none");
	expect_u64(config.netmask, 0xFFFFFFFC, "netmask");
	expect_u64(config.gateway, 0, "no gateway");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_true(inet_parse_config(bad[i], &config) < 0, bad[i]);
}

/* The paper's appendix: key 00 01 .. 0f, message 00 01 .. 0e; and others. */
static void test_siphash(void)
{
	static const uint64_t key[2] = { UINT64_C(0x0706050403020100),
					 UINT64_C(0x0F0E0D0C0B0A0908) };
	uint8_t message[15];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)i;
	expect_u64(siphash(key, message, 15), UINT64_C(0xA129CA6149BE45E5),
		   "15 bytes");
	expect_u64(siphash(key, message, 0), UINT64_C(0x726FDB47DD0E0E31),
		   "0 bytes");
	expect_u64(siphash(key, message, 8), UINT64_C(0x93F5F5799A932462),
		   "8 bytes");
}

int main(void)
{
	test_sums();
	test_config();
	test_siphash();
	return expect_result("inet");
}
