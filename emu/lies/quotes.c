/* SPDX-License-Identifier: MIT */
/*
 * Lies about quotes: what the buffer of GetQuote says and holds once the
 * quoting service has answered. Those with several forms take turns.
 */
#include "emu/lies/lies.h"

#include "emu/lies/parts.h"
#include "emu/vmm/quoting.h"

/* A length that changes whenever the guest is entered; NULL: none. */
static struct vmm_quote_header *changing;

bool lies_keep_quote(void)
{
	return lie_tell(LIE_QUOTE_NEVER);
}

/* Too short, too long by one byte, endless, and sometimes right. */
static void change_length(struct vmm_quote_header *header, uint64_t size)
{
	static unsigned int turn;
	const uint32_t room = (uint32_t)(size - sizeof(*header));

	switch (turn++ % 4) {
	case 0:
		header->out_length = 0;
		break;
	case 1:
		header->out_length = room + 1;
		break;
	case 2:
		header->out_length = UINT32_MAX;
		break;
	default:
		changing = header;
	}
}

void lies_change_quote_length(void)
{
	if (changing)
		changing->out_length ^= UINT32_MAX -
					(uint32_t)sizeof(struct quoting_quote);
}

/* Near to those that there are, or anything else. */
static void change_status(struct vmm_quote_header *header)
{
	static const uint64_t statuses[] = {
		1, GET_QUOTE_IN_FLIGHT - 1, GET_QUOTE_SERVICE_UNAVAILABLE + 1,
		BIT(32), UINT32_MAX,
	};
	static unsigned int turn;
	const unsigned int which = turn++ % (ARRAY_SIZE(statuses) + 1);

	header->status = which < ARRAY_SIZE(statuses) ? statuses[which] :
							lies_random() | 1;
}

/* As if it were another TD's, an older one, or for somebody else's data. */
static void change_body(struct quoting_body *body)
{
	static unsigned int turn;
	uint8_t *const bytes[] = {
		body->mrtd, body->report_data, body->rtmr[3],
		body->td_attributes, body->mrseam, body->mrowner,
		body->report_data + REPORT_DATA_SIZE - 1,
	};

	*bytes[turn++ % ARRAY_SIZE(bytes)] ^= 1;
}

static void fill(void *at, size_t size)
{
	uint8_t *bytes = at;

	while (size--)
		*bytes++ = (uint8_t)(lies_random() >> 32);
}

/* All of it, all but the header, or the length of the signature alone. */
static void change_bytes(struct quoting_quote *quote)
{
	static unsigned int turn;

	switch (turn++ % 3) {
	case 0:
		fill(quote, sizeof(*quote));
		break;
	case 1:
		fill(&quote->body, sizeof(*quote) - sizeof(quote->header));
		break;
	default:
		fill(&quote->signature_size, sizeof(quote->signature_size));
		quote->signature_size |= BIT(31);
	}
}

void lies_change_quote(struct vmm_quote_header *header, uint64_t size)
{
	struct quoting_quote *const quote = (void *)(header + 1);

	changing = NULL;
	if (header->status != GET_QUOTE_SUCCESS)
		return;
	if (lie_tell(LIE_QUOTE_OTHER))
		change_body(&quote->body);
	if (lie_tell(LIE_QUOTE_RUBBISH))
		change_bytes(quote);
	if (lie_tell(LIE_QUOTE_LENGTH))
		change_length(header, size);
	if (lie_tell(LIE_QUOTE_STATUS))
		change_status(header);
}
