/* SPDX-License-Identifier: MIT */
/* What of a quote can be judged by the TD that it is about. */
#include "lib/quote.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What of the quote has not been read yet. */
struct rest {
	const uint8_t *at;
	size_t size;
};

/* The next size bytes; NULL: there are fewer. */
static const void *take(struct rest *rest, size_t size)
{
	const void *const taken = rest->at;

	if (size > rest->size)
		return NULL;
	rest->at += size;
	rest->size -= size;
	return taken;
}

static bool take_u16(struct rest *rest, uint16_t *value)
{
	const void *const from = take(rest, sizeof(*value));

	if (from)
		memcpy(value, from, sizeof(*value));
	return from != NULL;
}

static bool take_u32(struct rest *rest, uint32_t *value)
{
	const void *const from = take(rest, sizeof(*value));

	if (from)
		memcpy(value, from, sizeof(*value));
	return from != NULL;
}

/* The version of a TD's quote; 0: it is none that is known here. */
static unsigned int take_header(struct rest *rest)
{
	const void *const from = take(rest, sizeof(struct quote_header));
	struct quote_header header;

	if (!from)
		return 0;
	memcpy(&header, from, sizeof(header));
	if (header.tee_type != QUOTE_TEE_TDX ||
	    (header.version != QUOTE_VERSION_4 &&
	     header.version != QUOTE_VERSION_5))
		return 0;
	return header.version;
}

/* The size of the body that follows; 0: there is none of a TD. */
static size_t take_body_size(struct rest *rest, unsigned int version)
{
	uint16_t type;
	uint32_t size;

	if (version == QUOTE_VERSION_4)
		return QUOTE_BODY_SIZE_1_0;
	if (!take_u16(rest, &type) || !take_u32(rest, &size))
		return 0;
	if (type == QUOTE_BODY_TD_1_0 && size == QUOTE_BODY_SIZE_1_0)
		return size;
	if (type == QUOTE_BODY_TD_1_5 && size == sizeof(struct quote_body))
		return size;
	return 0;
}

static bool is_of(const struct quote_body *body, const struct tdreport *report)
{
	return !memcmp(body->tee_tcb, report->tee_tcb, sizeof(body->tee_tcb)) &&
	       !memcmp(body->tdinfo, report->tdinfo, sizeof(body->tdinfo)) &&
	       !memcmp(body->data, report->data, sizeof(body->data)) &&
	       !memcmp(body->tee_tcb_svn2, report->tee_tcb_svn2,
		       sizeof(body->tee_tcb_svn2)) &&
	       !memcmp(body->servtd_hash, report->servtd_hash,
		       sizeof(body->servtd_hash));
}

int quote_check(const void *quote, size_t size, const struct tdreport *report)
{
	struct rest rest = { quote, size <= INT_MAX ? size : 0 };
	const unsigned int version = take_header(&rest);
	const size_t body_size = version ? take_body_size(&rest, version) : 0;
	const void *const from = take(&rest, body_size);
	struct quote_body body;
	uint32_t signature_size;

	if (!body_size || !from || !take_u32(&rest, &signature_size) ||
	    !take(&rest, signature_size))
		return -EBADMSG;
	/* What a body of TDX 1.0 does not say cannot be wrong. */
	memcpy(body.tee_tcb_svn2, report->tee_tcb_svn2,
	       sizeof(body.tee_tcb_svn2));
	memcpy(body.servtd_hash, report->servtd_hash,
	       sizeof(body.servtd_hash));
	memcpy(&body, from, body_size);
	return is_of(&body, report) ? (int)(size - rest.size) : -ESTALE;
}
