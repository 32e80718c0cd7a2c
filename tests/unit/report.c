/* SPDX-License-Identifier: MIT */
/*
 * emu/module/report and emu/boot/reportmac: a report byte for byte. The
 * offsets are typed from the specification, the digests and the MAC were made
 * with Python's hashlib and hmac from bytes put together there.
 *
 * Links: lib/sha256.c lib/sha384.c
 */
#include "tests/unit/expect.h"

#include "emu/boot/reportmac.h"
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
		   "c6857015d0f5afa65516a0b2fd44b956"
		   "e59db78b7badbf4bfaf702b3afa91cf8", "MAC");
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

static uint8_t key[REPORT_KEY_SIZE];

/* What a change of byte i must lead to: the order of EVERIFYREPORT2. */
static enum reportmac_result refusal(size_t i)
{
	return i >= 16 && i < 32 ? REPORTMAC_INVALID_CPUSVN :
				   REPORTMAC_INVALID;
}

static void check_every_bit(const struct report_mac_struct *sealed)
{
	struct report_mac_struct mac_struct = *sealed;
	uint8_t *bytes = (uint8_t *)&mac_struct;

	for (size_t i = 0; i < 8 * sizeof(mac_struct); i++) {
		const uint8_t bit = (uint8_t)(1 << i % 8);

		bytes[i / 8] ^= bit;
		expect_true(reportmac_verify(&mac_struct, key) ==
				    refusal(i / 8),
			    "a changed report");
		bytes[i / 8] ^= bit;
	}
}

/* Type and reserved bytes before CPUSVN, this before the MAC. */
static void check_order(const struct report_mac_struct *sealed)
{
	struct report_mac_struct mac_struct = *sealed;

	mac_struct.cpusvn[0] ^= 1;
	mac_struct.mac[0] ^= 1;
	expect_true(reportmac_verify(&mac_struct, key) ==
			    REPORTMAC_INVALID_CPUSVN,
		    "CPUSVN before MAC");
	mac_struct.reserved2[31] = 1;
	expect_true(reportmac_verify(&mac_struct, key) == REPORTMAC_INVALID,
		    "reserved bytes before CPUSVN");
}

/* The CPU's MAC does not make a report good that is not one of a TD. */
static void check_sealed_rubbish(const struct report_mac_struct *sealed)
{
	struct report_mac_struct mac_struct;
	uint8_t *bytes = (uint8_t *)&mac_struct;

	for (size_t i = 0; i < 224; i++) {
		const bool is_fixed = i < 16 || i >= 192;

		if (i >= 16 && i < 32)
			continue;
		mac_struct = *sealed;
		bytes[i] ^= 0x80;
		reportmac_seal(&mac_struct, key);
		expect_true(reportmac_verify(&mac_struct, key) ==
				    (is_fixed ? REPORTMAC_INVALID :
						REPORTMAC_VALID),
			    "sealed, but of another type");
	}
}

static void check_verify(const struct report_mac_struct *sealed)
{
	uint8_t other_key[REPORT_KEY_SIZE];

	expect_true(reportmac_verify(sealed, key) == REPORTMAC_VALID,
		    "its own report");
	for (size_t i = 0; i < sizeof(key); i++) {
		memcpy(other_key, key, sizeof(key));
		other_key[i] ^= 1;
		expect_true(reportmac_verify(sealed, other_key) ==
				    REPORTMAC_INVALID,
			    "another machine's report");
	}
	check_every_bit(sealed);
	check_order(sealed);
	check_sealed_rubbish(sealed);
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
	fill(key, sizeof(key), 11);
	reportmac_seal(&report.mac_struct, key);
	check_mac_struct((const uint8_t *)&report);
	check_tee_tcb_info((const uint8_t *)&report);
	check_tdinfo((const uint8_t *)&report);
	sha384_digest(&report, sizeof(report), digest);
	expect_hex(digest, sizeof(digest),
		   "3d1a64ebc78326877910eeea27c7ca5155f11ccf80701479"
		   "20a53bd94b62e977a89a7a3aa1cae63c219b76a70fbb8aea",
		   "the whole report");
	check_verify(&report.mac_struct);
	return expect_result("report");
}
