/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for the quoting service: quotes of version 4 whose header and
 * body are right, and whose signature is none and says so. They show layout
 * and flow, and prove nothing: whoever runs the emulator can make any.
 */
#ifndef EMU_VMM_QUOTING_H
#define EMU_VMM_QUOTING_H

#include "emu/module/report.h"
#include "lib/compiler.h"

/* Intel TDX DCAP Quoting Library API, Quote Format: all little endian. */
struct quoting_header {
	uint16_t version;
	uint16_t key_type;	/* of the attestation key */
	uint32_t tee_type;
	uint16_t qe_svn;
	uint16_t pce_svn;
	uint8_t vendor[16];
	uint8_t user_data[20];
};
ASSERT_FIELD(struct quoting_header, tee_type, 4, 4);
ASSERT_FIELD(struct quoting_header, vendor, 12, 16);
ASSERT_SIZE(struct quoting_header, 48);

/* TD Quote Body, for TDX 1.0. */
struct quoting_body {
	uint8_t tee_tcb_svn[16];
	uint8_t mrseam[SHA384_SIZE];
	uint8_t mrsignerseam[SHA384_SIZE];
	uint8_t seam_attributes[8];
	uint8_t td_attributes[8];
	uint8_t xfam[8];
	uint8_t mrtd[SHA384_SIZE];
	uint8_t mrconfigid[SHA384_SIZE];
	uint8_t mrowner[SHA384_SIZE];
	uint8_t mrownerconfig[SHA384_SIZE];
	uint8_t rtmr[4][SHA384_SIZE];
	uint8_t report_data[REPORT_DATA_SIZE];
};
ASSERT_FIELD(struct quoting_body, mrsignerseam, 64, 48);
ASSERT_FIELD(struct quoting_body, td_attributes, 120, 8);
ASSERT_FIELD(struct quoting_body, mrtd, 136, 48);
ASSERT_FIELD(struct quoting_body, mrownerconfig, 280, 48);
ASSERT_FIELD(struct quoting_body, rtmr, 328, 192);
ASSERT_FIELD(struct quoting_body, report_data, 520, 64);
ASSERT_SIZE(struct quoting_body, 584);

/* ECDSA 256-bit Quote Signature Data Structure, with all that it can have. */
struct quoting_signature {
	uint8_t signature[64];
	uint8_t key[64];
	uint16_t certification_type;
	uint32_t certification_size;
	uint8_t qe_report[384];
	uint8_t qe_report_signature[64];
	uint16_t authentication_size;
	uint16_t chain_type;
	uint32_t chain_size;
	uint8_t chain[66];
} packed;
ASSERT_FIELD(struct quoting_signature, certification_size, 130, 4);
ASSERT_FIELD(struct quoting_signature, qe_report_signature, 518, 64);
ASSERT_FIELD(struct quoting_signature, chain, 590, 66);
ASSERT_SIZE(struct quoting_signature, 656);

struct quoting_quote {
	struct quoting_header header;
	struct quoting_body body;
	uint32_t signature_size;
	struct quoting_signature signature;
};
ASSERT_FIELD(struct quoting_quote, body, 48, 584);
ASSERT_FIELD(struct quoting_quote, signature_size, 632, 4);
ASSERT_FIELD(struct quoting_quote, signature, 636, 656);
ASSERT_SIZE(struct quoting_quote, 1292);

/*
 * False, as a quoting enclave has it: the report was not made by this CPU, or
 * what it says was not what the CPU has sealed.
 */
bool must_check quoting_make(const struct tdreport_struct *report,
			     struct quoting_quote *quote);

#endif
