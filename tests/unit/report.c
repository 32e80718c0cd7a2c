/* SPDX-License-Identifier: MIT */
/*
 * emu/module/report: a report byte for byte. The offsets are typed from the
 * specification, the digests and the MAC were made with Python's hashlib and
 * hmac from bytes put together there.
 *
 * Links: lib/sha384.c
 */
#include "tests/unit/expect.h"

#include "emu/module/report.h"

static void fill(uint8_t *at, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(seed + i * 3);
}

static void make_tdinfo(struct tdinfo_struct *tdinfo)
{
	tdinfo->attributes = 0x10000000;
	tdinfo->xfam = 0xe7;
	fill(tdinfo->mrtd, 48, 1);
	fill(tdinfo->mrconfigid, 48, 2);
	fill(tdinfo->mrowner, 48, 3);
	fill(tdinfo->mrownerconfig, 48, 4);
	for (unsigned int i = 0; i < 4; i++)
		fill(tdinfo->rtmr[i], 48, 5 + i);
	fill(tdinfo->servtd_hash, 48, 9);
	/* Must not reach the report. */
	memset(tdinfo->reserved, 0xee, sizeof(tdinfo->reserved));
}

static bool is_zero(const uint8_t *at, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (at[i])
			return false;
	}
	return true;
}

static void expect_pattern(const uint8_t *at, size_t size, unsigned int seed,
			   const char *what)
{
	uint8_t want[64];

	fill(want, size, seed);
	expect_bytes(at, want, size, what);
}

static void check_mac_struct(const uint8_t *report)
{
	expect_hex(report, 4, "81000000", "REPORTTYPE");
	expect_true(is_zero(report + 4, 12), "reserved at 4");
	expect_bytes(report + 16, "TD emulator CPU", 16, "CPUSVN");
	expect_hex(report + 32, 48,
		   "39ead968b7a3d7e2fc7d1b227a20198fde73fe94a076a058"
		   "6d2f83d4c01bebb66f81c883a1df78a46d04b98a08fdeae1",
		   "TEE_TCB_INFO_HASH");
	expect_hex(report + 80, 48,
		   "28c00c5d8019af237e859bc7fee1efa04b79fad00e5dfb9f"
		   "7f2aa718afa71a72f28dca634e034c1fd8262fce8b685c79",
		   "TEE_INFO_HASH");
	expect_pattern(report + 128, 64, 10, "REPORTDATA");
	expect_true(is_zero(report + 192, 32), "reserved at 192");
	expect_hex(report + 224, 32,
		   "b15416f7ffa0b1ef62f863b5f908249f"
		   "b341cca74eab8fdf932f73f6c94158f9", "MAC");
}

static void check_tee_tcb_info(const uint8_t *report)
{
	expect_hex(report + 256, 8, "ff01030000000000", "VALID");
	expect_hex(report + 264, 16, "05010100000000000000000000000000",
		   "TEE_TCB_SVN");
	expect_hex(report + 280, 48,
		   "75b314ec77af4d12a205a0a85448656336a42b16cf824a7e"
		   "c4ebbb758a93a5ac381fb067bc02623ddd699e2e57bfef77",
		   "MRSEAM");
	expect_true(is_zero(report + 328, 48), "MRSIGNERSEAM");
	expect_true(is_zero(report + 376, 8), "SEAM ATTRIBUTES");
	expect_hex(report + 384, 16, "05010100000000000000000000000000",
		   "TEE_TCB_SVN2");
	expect_true(is_zero(report + 400, 112), "reserved at 400");
}

static void check_tdinfo(const uint8_t *report)
{
	static const uint16_t digests[9] = { 528, 576, 624, 672, 720,
					     768, 816, 864, 912 };

	expect_hex(report + 512, 8, "0000001000000000", "ATTRIBUTES");
	expect_hex(report + 520, 8, "e700000000000000", "XFAM");
	for (unsigned int i = 0; i < 9; i++)
		expect_pattern(report + digests[i], 48, 1 + i, "a digest");
	expect_true(is_zero(report + 960, 64), "reserved at 960");
}

/* The MAC covers the 224 bytes before it, and nothing forges it by a bit. */
static void check_verify(const struct tdreport_struct *report)
{
	struct report_mac_struct mac_struct = report->mac_struct;
	uint8_t *bytes = (uint8_t *)&mac_struct;

	expect_true(report_verify(&mac_struct), "its own report");
	expect_true(report_has_cpusvn(&mac_struct), "its own CPUSVN");
	for (size_t i = 0; i < sizeof(mac_struct); i++) {
		bytes[i] ^= 0x10;
		expect_true(!report_verify(&mac_struct), "a changed report");
		expect_true(report_has_cpusvn(&mac_struct) ==
				    (i < 16 || i > 31),
			    "a changed CPUSVN");
		bytes[i] ^= 0x10;
	}
}

int main(void)
{
	static struct tdinfo_struct tdinfo;
	static struct tdreport_struct report;
	uint8_t report_data[REPORT_DATA_SIZE];
	uint8_t digest[SHA384_SIZE];

	make_tdinfo(&tdinfo);
	fill(report_data, sizeof(report_data), 10);
	memset(&report, 0xcc, sizeof(report));
	report_build(&tdinfo, report_data, &report);
	check_mac_struct((const uint8_t *)&report);
	check_tee_tcb_info((const uint8_t *)&report);
	check_tdinfo((const uint8_t *)&report);
	sha384_digest(&report, sizeof(report), digest);
	expect_hex(digest, sizeof(digest),
		   "4d87b5f3fa4c7fba5ff2204f7fb1601a02ff1960bacaa20c"
		   "1fce5e464ba3c93f875aea5a90b3921fc6447e3a8ce39657",
		   "the whole report");
	check_verify(&report);
	return expect_result("report");
}
