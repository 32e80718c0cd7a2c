/* SPDX-License-Identifier: MIT */
/*
 * GetQuote: the TD's report of itself goes out through a buffer that is
 * shared with the host, and a quote comes back through it, some time later.
 * What stands in the buffer is the host's word at any moment: it is read
 * once, and judged as it was read.
 */
#include "arch/x86/tdx/call.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "arch/x86/paging.h"
#include "lib/shared.h"

/* The module's locks are held by others for microseconds. */
#define REPORT_TRIES 1000

/* GHCI, TDG.VP.VMCALL<GetQuote>: the head of the buffer; data follows. */
struct get_quote_header {
	uint64_t version;
	uint64_t status;
	uint32_t in_len;
	uint32_t out_len;
};
ASSERT_FIELD(struct get_quote_header, status, 8, 8);
ASSERT_FIELD(struct get_quote_header, in_len, 16, 4);
ASSERT_FIELD(struct get_quote_header, out_len, 20, 4);
ASSERT_SIZE(struct get_quote_header, 24);

static const struct get_quote_header host_shared *
header_of(const void host_shared *buffer)
{
	return buffer;
}

int tdx_report(struct tdreport *report, const uint8_t data[TDREPORT_DATA_SIZE])
{
	uint8_t copy[TDREPORT_DATA_SIZE] aligned(TDREPORT_DATA_SIZE);
	uint64_t status;

	memcpy(copy, data, sizeof(copy));
	for (int tries = 0; tries < REPORT_TRIES; tries++) {
		status = tdg_mr_report((uintptr_t)report, (uintptr_t)copy) &
			 TDX_STATUS_MASK;
		if (status == TDX_SUCCESS)
			return 0;
		if (status != TDX_OPERAND_BUSY)
			return -EINVAL;
	}
	return -EBUSY;
}

int tdx_quote_ask(void host_shared *buffer, size_t size,
		  const struct tdreport *report)
{
	const struct get_quote_header header = {
		.version = GET_QUOTE_VERSION,
		.status = GET_QUOTE_SUCCESS,
		.in_len = sizeof(*report),
	};

	/* Whatever an earlier answer left must not look like a new one. */
	shared_zero(buffer, size);
	shared_copy_out(buffer, &header, sizeof(header));
	shared_copy_out((char host_shared *)buffer + sizeof(header), report,
			sizeof(*report));
	tdx_count_up(TDX_COUNT_CALL_GET_QUOTE);
	return tdx_host_error(tdvmcall_get_quote(
		paging_shared_gpa(buffer) | tdx_gpa_shared, size));
}

bool tdx_quote_is_in_flight(const void host_shared *buffer)
{
	return shared_read64(&header_of(buffer)->status) ==
	       GET_QUOTE_IN_FLIGHT;
}

static int status_error(uint64_t status)
{
	switch (status) {
	case GET_QUOTE_SUCCESS:
		return 0;
	case GET_QUOTE_SERVICE_UNAVAILABLE:
		return -ENODEV;
	/* GET_QUOTE_ERROR, in flight once more, or no status at all. */
	default:
		return -EIO;
	}
}

int tdx_quote_take(const void host_shared *buffer, size_t size, void *to,
		   size_t room)
{
	const struct get_quote_header host_shared *const header =
		header_of(buffer);
	const int err = status_error(shared_read64(&header->status));
	/* The host could change it between two looks: this is the only one. */
	const size_t length = shared_read32(&header->out_len);

	if (err)
		return err;
	if (!length)
		return -ENODATA;
	if (length > size - sizeof(*header) || length > INT_MAX)
		return -EBADMSG;
	if (length > room)
		return -ENOSPC;
	shared_copy_in(to, header + 1, length);
	return (int)length;
}

int tdx_quote_notify(unsigned int vector)
{
	tdx_count_up(TDX_COUNT_CALL_OTHER);
	return tdx_host_error(tdvmcall_setup_event_notify_interrupt(vector));
}
