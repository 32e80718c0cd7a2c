/* SPDX-License-Identifier: MIT */
/* What a quoting enclave does with a report, but for the signature. */
#include "emu/vmm/quoting.h"

#include <string.h>

#include "emu/boot/seam.h"

#define QUOTE_VERSION 4
#define KEY_ECDSA_P256 2
#define TEE_TDX 0x81
#define CERTIFICATION_QE_REPORT 6
#define CERTIFICATION_PCK_CHAIN 5

/* The bytes of TEE_TCB_INFO that its hash covers. */
#define TEE_TCB_INFO_HASHED 239

/* In place of Intel's: whoever looks at a quote sees what it is worth. */
static const uint8_t vendor[16] = "TD emulator, QE";
static const uint8_t no_signature[64] =
	"This is no signature: a TD emulator made this quote.";
static const uint8_t no_chain[66] =
	"These are no certificates: a TD emulator made this quote.";

static bool is_digest(const void *data, size_t size,
		      const uint8_t want[SHA384_SIZE])
{
	uint8_t digest[SHA384_SIZE];

	sha384_digest(data, size, digest);
	return !memcmp(digest, want, sizeof(digest));
}

/* The CPU has sealed the head, and the head has hashes of the rest. */
static bool is_good(const struct tdreport_struct *report)
{
	const struct report_mac_struct *head = &report->mac_struct;

	return seam_verify_report(head) == REPORTMAC_VALID &&
	       is_digest(&report->tee_tcb_info, TEE_TCB_INFO_HASHED,
			 head->tee_tcb_info_hash) &&
	       is_digest(&report->tdinfo, sizeof(report->tdinfo),
			 head->tee_info_hash);
}

static void make_header(struct quoting_header *header)
{
	header->version = QUOTE_VERSION;
	header->key_type = KEY_ECDSA_P256;
	header->tee_type = TEE_TDX;
	memcpy(header->vendor, vendor, sizeof(vendor));
}

static void make_body(const struct tdreport_struct *report,
		      struct quoting_body *body)
{
	const struct tee_tcb_info *tcb = &report->tee_tcb_info;
	const struct tdinfo_struct *td = &report->tdinfo;

	memcpy(body->tee_tcb_svn, tcb->tee_tcb_svn, sizeof(body->tee_tcb_svn));
	memcpy(body->mrseam, tcb->mrseam, SHA384_SIZE);
	memcpy(body->mrsignerseam, tcb->mrsignerseam, SHA384_SIZE);
	memcpy(body->seam_attributes, &tcb->attributes, 8);
	memcpy(body->td_attributes, &td->attributes, 8);
	memcpy(body->xfam, &td->xfam, 8);
	memcpy(body->mrtd, td->mrtd, SHA384_SIZE);
	memcpy(body->mrconfigid, td->mrconfigid, SHA384_SIZE);
	memcpy(body->mrowner, td->mrowner, SHA384_SIZE);
	memcpy(body->mrownerconfig, td->mrownerconfig, SHA384_SIZE);
	memcpy(body->rtmr, td->rtmr, sizeof(body->rtmr));
	memcpy(body->report_data, report->mac_struct.report_data,
	       sizeof(body->report_data));
}

static void make_signature(struct quoting_signature *signature)
{
	memcpy(signature->signature, no_signature, sizeof(no_signature));
	signature->certification_type = CERTIFICATION_QE_REPORT;
	signature->certification_size =
		sizeof(*signature) -
		offsetof(struct quoting_signature, qe_report);
	signature->chain_type = CERTIFICATION_PCK_CHAIN;
	signature->chain_size = sizeof(signature->chain);
	memcpy(signature->chain, no_chain, sizeof(no_chain));
}

bool quoting_make(const struct tdreport_struct *report,
		  struct quoting_quote *quote)
{
	if (!is_good(report))
		return false;
	memset(quote, 0, sizeof(*quote));
	make_header(&quote->header);
	make_body(report, &quote->body);
	quote->signature_size = sizeof(quote->signature);
	make_signature(&quote->signature);
	return true;
}
