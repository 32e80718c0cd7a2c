/* SPDX-License-Identifier: MIT */
/*
 * /quote: who this TD is, for whoever sends a nonce. The nonce is in the
 * quote, so that nobody can answer with an old one; what else a client wants
 * to know from the TD that it has just verified, such as a key of its own, a
 * service puts there too: 64 bytes hold a hash of anything.
 */
#include "apps/httpd/httpd.h"

#include <errno.h>

#include "kernel/app.h"

#define QUOTE_SECONDS 10
#define NSEC_PER_SEC UINT64_C(1000000000)
/* A host that does not answer keeps no more workers than these waiting. */
#define WAITING_MAX 8

static unsigned int waiting;

static int status_of(int error)
{
	switch (error) {
	case -ENODEV:
	case -ENOSYS:
		return HTTP_SERVICE_UNAVAILABLE;
	case -ETIMEDOUT:
		return HTTP_GATEWAY_TIMEOUT;
	default:
		return HTTP_BAD_GATEWAY;
	}
}

int quote_write(struct http_slice query, void *to, size_t room, size_t *size)
{
	uint8_t data[APP_QUOTE_DATA_SIZE] = { 0 };
	int got;

	if (!http_query_bytes(query, "nonce", data, sizeof(data)))
		return HTTP_BAD_REQUEST;
	if (waiting == WAITING_MAX)
		return HTTP_SERVICE_UNAVAILABLE;
	waiting++;
	got = app_quote(data, to, room,
			app_uptime() + QUOTE_SECONDS * NSEC_PER_SEC);
	waiting--;
	if (got < 0)
		return status_of(got);
	*size = (size_t)got;
	return HTTP_OK;
}
