/* SPDX-License-Identifier: MIT */
/*
 * A TD's report, and the quote that a quoting service makes of it: layouts,
 * and whether the one belongs to the other. Signatures are not looked at:
 * only who asks Intel for certificates, far away from this machine's host,
 * can tell whether they are good.
 */
#ifndef LIB_QUOTE_H
#define LIB_QUOTE_H

#include "lib/compiler.h"
#include "lib/types.h"

#define TDREPORT_SIZE 1024
#define TDREPORT_DATA_SIZE 64

/* MOD, TDREPORT_STRUCT: fields that lie together in a quote are one here. */
struct tdreport {
	uint8_t type_and_hashes[128];
	uint8_t data[TDREPORT_DATA_SIZE];
	uint8_t mac[64];	  /* and reserved bytes before it */
	uint8_t valid[8];
	uint8_t tee_tcb[120];	  /* TEE_TCB_SVN, MRSEAM, MRSIGNERSEAM,
				     ATTRIBUTES of the module */
	uint8_t tee_tcb_svn2[16];
	uint8_t reserved1[112];
	uint8_t tdinfo[400];	  /* ATTRIBUTES, XFAM, MRTD, MRCONFIGID,
				     MROWNER, MROWNERCONFIG, RTMR0 to 3 */
	uint8_t servtd_hash[48];
	uint8_t reserved2[64];
} aligned(TDREPORT_SIZE);
ASSERT_FIELD(struct tdreport, data, 128, 64);
ASSERT_FIELD(struct tdreport, tee_tcb, 264, 120);
ASSERT_FIELD(struct tdreport, tee_tcb_svn2, 384, 16);
ASSERT_FIELD(struct tdreport, tdinfo, 512, 400);
ASSERT_FIELD(struct tdreport, servtd_hash, 912, 48);
ASSERT_SIZE(struct tdreport, TDREPORT_SIZE);

#define QUOTE_VERSION_4 4
#define QUOTE_VERSION_5 5
#define QUOTE_TEE_TDX 0x81
/* Version 5 alone says what its body is. */
#define QUOTE_BODY_TD_1_0 2
#define QUOTE_BODY_TD_1_5 3

/* DCAP, Quote Format: numbers are little endian. */
struct quote_header {
	uint16_t version;
	uint16_t key_type;
	uint32_t tee_type;
	uint32_t reserved;
	uint8_t vendor[16];
	uint8_t user_data[20];
};
ASSERT_FIELD(struct quote_header, tee_type, 4, 4);
ASSERT_FIELD(struct quote_header, vendor, 12, 16);
ASSERT_SIZE(struct quote_header, 48);

/* The body of TDX 1.0; that of 1.5 has the last two fields too. */
struct quote_body {
	uint8_t tee_tcb[120];
	uint8_t tdinfo[400];
	uint8_t data[TDREPORT_DATA_SIZE];
	uint8_t tee_tcb_svn2[16];
	uint8_t servtd_hash[48];
};
#define QUOTE_BODY_SIZE_1_0 584
ASSERT_FIELD(struct quote_body, data, 520, 64);
ASSERT_FIELD(struct quote_body, tee_tcb_svn2, QUOTE_BODY_SIZE_1_0, 16);
ASSERT_SIZE(struct quote_body, 648);

/*
 * Is this a quote of version 4 or 5 of the TD whose report this is, and for
 * the very data in it? The size of the quote, without what may follow it; or
 * -EBADMSG: no quote of a TD, or cut off; -ESTALE: one of another TD, of this
 * one at another time, or for other data.
 */
int must_check quote_check(const void *quote, size_t size,
			   const struct tdreport *report);

#endif
