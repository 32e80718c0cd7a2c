/* SPDX-License-Identifier: MIT */
/*
 * Quotes: what this TD is and was measured as, signed by a quoting service
 * that the host runs, for others to verify.
 *
 * The host need not answer, and may answer with anything: a quote is given
 * to the caller only if it is of this TD and for the caller's data. Whether
 * its signature is good cannot be known here, and is not claimed.
 */
#ifndef KERNEL_ATTEST_H
#define KERNEL_ATTEST_H

#include "lib/compiler.h"
#include "lib/quote.h"
#include "lib/types.h"

/* No quote is larger: it comes through a buffer of four pages. */
#define ATTEST_QUOTE_MAX (4 * PAGE_SIZE - 24)

/*
 * A quote for data, at to, where size bytes are free; returns its size.
 * Threads wait for each other's turn; deadline, in nanoseconds of time_now(),
 * is for all of it.
 *
 * -ETIMEDOUT: it was not this thread's turn, or there was no answer, in time,
 * -ENODEV: the host has no quoting service (GET_QUOTE_SERVICE_UNAVAILABLE),
 * -ENOSYS: it does not even know the call,
 * -EIO, -EINVAL: it refused, or said GET_QUOTE_ERROR, or what is no status,
 * -EBADMSG: the answer is no quote, by its length or its form,
 * -ESTALE: it is a quote, but not of this TD now with this data,
 * -ENOSPC: it is larger than size,
 * -EBUSY: the TDX module stayed busy, -ENOMEM: no shared memory.
 *
 * A request that was given up stays the host's, and so does the buffer, the
 * only one there is: the next call waits, as long as its own deadline, until
 * the host is done with the last one. A host that never is has denied all
 * quotes, which it can do anyway, and has not cost the TD more memory.
 */
int must_check attest_quote(const uint8_t data[TDREPORT_DATA_SIZE], void *to,
			    size_t size, uint64_t deadline);

/* Quotes that callers got, and answers that were not believed. */
uint64_t attest_count_quotes(void);
uint64_t attest_count_refused(void);

#endif
