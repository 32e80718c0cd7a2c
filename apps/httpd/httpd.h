/* SPDX-License-Identifier: MIT */
/* What the files of the HTTP service know of each other. */
#ifndef APPS_HTTPD_HTTPD_H
#define APPS_HTTPD_HTTPD_H

#include "lib/compiler.h"
#include "lib/http.h"
#include "lib/types.h"

/* --- text.c: text of bounded size; what does not fit is left out --------- */

struct text {
	char *at;
	char *end;
};

void text_put(struct text *text, const char *string);
void text_number(struct text *text, uint64_t number);
void text_hex(struct text *text, uint64_t number);

/* --- counts.c: what this service counts, and what the kernel does -------- */

enum count {
	COUNT_REQUESTS,
	COUNT_CONNECTIONS,
	COUNT_BYTES,
	COUNT_OK,
	COUNT_BAD, /* every 4xx and 5xx but those below */
	COUNT_NOT_FOUND,
	COUNT_NOT_ALLOWED,
	COUNT_NO_QUOTE, /* 502, 503, 504: the host's fault */
	COUNT_START_TICKS, /* of work, from the image's entry to the first
			      connection */
	COUNT_TIMEOUTS, /* connections closed for doing nothing */
	COUNTS,
};

void count_add(enum count which, uint64_t amount);
uint64_t count_get(enum count which);
/* Counts a request by the status that answers it. */
void count_answer(int status);
/* Connections that are being served; kept by main.c. */
void count_set_open(unsigned int connections);
/* All counts of the service, then those of the kernel and its network. */
void counts_visit(void (*visit)(const char *name, uint64_t value, void *arg),
		  void *arg);

/* --- page.c, metrics.c, data.c, quote.c: the bodies of answers ------------ */

void page_write(struct text *text);
void metrics_write(struct text *text);

/* Bytes that are the same in every TD and on every day. */
#define DATA_SIZE_MAX (64 * MIB)
struct data {
	uint64_t state;
};
void data_start(struct data *data);
/* The next size bytes; size is a multiple of 8. */
void data_fill(struct data *data, void *to, size_t size);
/* SHA-256 of the first MiB and its name, as sha256sum(1) prints them. */
void data_write_digest(struct text *text);

/*
 * A quote of this TD with the "nonce=" of the query in it: up to 64 bytes in
 * hexadecimal. HTTP_OK with *size, or the status that says what is wrong.
 */
int quote_write(struct http_slice query, void *to, size_t room, size_t *size);

/* --- connection.c --------------------------------------------------------- */

/*
 * Answers requests on socket until the client or an error ends that, then
 * closes it. may_keep() says whether there is room to keep it open.
 */
void connection_serve(int socket, bool (*may_keep)(void));

#endif
