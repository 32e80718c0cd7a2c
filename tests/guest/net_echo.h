/* SPDX-License-Identifier: MIT */
/* Traffic with the echo server at 10.0.2.100. */
#ifndef TESTS_GUEST_NET_ECHO_H
#define TESTS_GUEST_NET_ECHO_H

#include <errno.h>

#include "lwip/sockets.h"

#include "kernel/app.h"
#include "tests/guest/check.h"

#define ECHO_SECONDS UINT64_C(1000000000)
#define ECHO_SERVER "10.0.2.100"
#define ECHO_PORT 7
#define ECHO_CONNECTIONS 3
#define ECHO_BYTES (256 * KIB)

static struct {
	int socket;
	unsigned int pieces;
} echo;

/* What stands at a place of the stream. */
static inline uint8_t echo_byte(size_t at)
{
	return (uint8_t)(at ^ at >> 8 ^ at >> 16);
}

static inline int echo_connect(const char *server, uint16_t port)
{
	struct sockaddr_in address = {
		.sin_len = sizeof(address),
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};

	inet_aton(server, &address.sin_addr);
	echo.socket = socket(AF_INET, SOCK_STREAM, 0);
	if (echo.socket < 0 ||
	    connect(echo.socket, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return 0;
}

/* In a thread of its own, as the answers come while it still sends. */
static void echo_send(void *arg)
{
	static uint8_t piece[5000];
	size_t at = 0;

	(void)arg;
	while (at < ECHO_BYTES) {
		/* 1 byte to more than three segments, and odd ones between. */
		size_t size = 1 + at * 7 % sizeof(piece);

		if (size > ECHO_BYTES - at)
			size = ECHO_BYTES - at;
		for (size_t i = 0; i < size; i++)
			piece[i] = echo_byte(at + i);
		if (!CHECK_EQUAL(send(echo.socket, piece, size, 0), size))
			return;
		at += size;
		echo.pieces++;
	}
}

static inline void echo_receive(void)
{
	static uint8_t bytes[3000];
	size_t at = 0;

	while (at < ECHO_BYTES) {
		const ssize_t got = recv(echo.socket, bytes, sizeof(bytes), 0);

		if (!CHECK(got > 0))
			return;
		for (size_t i = 0; i < (size_t)got; i++) {
			if (bytes[i] != echo_byte(at + i)) {
				CHECK_EQUAL(bytes[i], echo_byte(at + i));
				return;
			}
		}
		at += (size_t)got;
	}
	CHECK_EQUAL(at, ECHO_BYTES);
}

static inline void echo_run(void)
{
	const struct timeval limit = { .tv_sec = 20 };

	CHECK_EQUAL(app_network_wait(app_uptime() + 10 * ECHO_SECONDS), 0);
	for (int i = 0; i < ECHO_CONNECTIONS; i++) {
		if (!CHECK_EQUAL(echo_connect(ECHO_SERVER, ECHO_PORT), 0))
			return;
		setsockopt(echo.socket, SOL_SOCKET, SO_RCVTIMEO, &limit,
			   sizeof(limit));
		CHECK_EQUAL(app_thread("send", echo_send, NULL), 0);
		echo_receive();
		CHECK_EQUAL(close(echo.socket), 0);
	}
	CHECK(echo.pieces > 100);
	CHECK(echo_connect("10.0.2.2", 1) < 0);
	close(echo.socket);
}

#endif
