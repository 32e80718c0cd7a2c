/* SPDX-License-Identifier: MIT */
/*
 * The device's interrupts never come: frames are found all the same, later.
 * lie: missing-interrupts
 * network: echo
 */
#include "tests/hostile/work.h"

#define ROUNDS 5

static void run_rounds(void)
{
	static uint8_t bytes[512];
	const struct timeval limit = { .tv_sec = 20 };

	setsockopt(echo.socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	for (int i = 0; i < ROUNDS; i++) {
		CHECK_EQUAL(send(echo.socket, bytes, sizeof(bytes), 0),
			    sizeof(bytes));
		CHECK_EQUAL(recv(echo.socket, bytes, sizeof(bytes), 0),
			    sizeof(bytes));
	}
	close(echo.socket);
}

int main(void)
{
	work_alone();
	CHECK_EQUAL(app_network_wait(app_uptime() + 30 * WORK_SECONDS), 0);
	if (CHECK_EQUAL(echo_connect(ECHO_SERVER, ECHO_PORT), 0))
		run_rounds();
	work_alone();
	return check_verdict();
}
