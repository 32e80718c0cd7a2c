/* SPDX-License-Identifier: MIT */
/*
 * REPORTMACSTRUCT (SDM, EVERIFYREPORT2): the head of a TDREPORT, by which the
 * CPU that made it knows it again. The algorithm of Intel's CPUs is not known
 * to anyone; here the MAC is HMAC-SHA-256 (RFC 2104) over all that stands
 * before it. Pure.
 */
#ifndef EMU_BOOT_REPORTMAC_H
#define EMU_BOOT_REPORTMAC_H

#include "lib/compiler.h"
#include "lib/sha384.h"
#include "lib/types.h"

#define REPORT_TYPE_TDX 0x81
#define REPORT_DATA_SIZE 64
#define REPORT_MAC_SIZE 32
#define REPORT_KEY_SIZE 32

struct report_mac_struct {
	uint8_t type;
	uint8_t subtype;
	uint8_t version;
	uint8_t reserved1[13];
	uint8_t cpusvn[16];
	uint8_t tee_tcb_info_hash[SHA384_SIZE];
	uint8_t tee_info_hash[SHA384_SIZE];
	uint8_t report_data[REPORT_DATA_SIZE];
	uint8_t reserved2[32];
	uint8_t mac[REPORT_MAC_SIZE];
};

ASSERT_FIELD(struct report_mac_struct, type, 0, 1);
ASSERT_FIELD(struct report_mac_struct, subtype, 1, 1);
ASSERT_FIELD(struct report_mac_struct, version, 2, 1);
ASSERT_FIELD(struct report_mac_struct, reserved1, 3, 13);
ASSERT_FIELD(struct report_mac_struct, cpusvn, 16, 16);
ASSERT_FIELD(struct report_mac_struct, tee_tcb_info_hash, 32, 48);
ASSERT_FIELD(struct report_mac_struct, tee_info_hash, 80, 48);
ASSERT_FIELD(struct report_mac_struct, report_data, 128, 64);
ASSERT_FIELD(struct report_mac_struct, reserved2, 192, 32);
ASSERT_FIELD(struct report_mac_struct, mac, 224, 32);
ASSERT_SIZE(struct report_mac_struct, 256);

/* Writes CPUSVN and the MAC; the rest is as the caller wants it. */
void reportmac_seal(struct report_mac_struct *mac_struct,
		    const uint8_t key[REPORT_KEY_SIZE]);

enum reportmac_result {
	REPORTMAC_VALID,
	REPORTMAC_INVALID_CPUSVN,
	REPORTMAC_INVALID,
};

/*
 * Was it sealed with this key, by this CPU? Looks at type and reserved bytes
 * first, then at CPUSVN, then at the MAC.
 */
must_check enum reportmac_result
reportmac_verify(const struct report_mac_struct *mac_struct,
		 const uint8_t key[REPORT_KEY_SIZE]);

#endif
