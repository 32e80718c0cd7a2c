/* SPDX-License-Identifier: MIT */
/* Without a network device nobody waits for one. */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	CHECK_EQUAL(app_network_wait(UINT64_MAX), -ENODEV);
	return check_verdict();
}
