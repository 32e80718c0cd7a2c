/* SPDX-License-Identifier: MIT */
/*
 * With nobody at the other end of the cable the wait ends at its deadline.
 * options: -- -netdev hubport,id=n,hubid=0 -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

#define SECONDS UINT64_C(1000000000)

int main(void)
{
	const uint64_t deadline = app_uptime() + SECONDS;

	CHECK_EQUAL(app_network_wait(deadline), -ETIMEDOUT);
	CHECK(app_uptime() >= deadline);
	/* Or a busy machine's idea of it. */
	CHECK(app_uptime() < deadline + 10 * SECONDS);
	return check_verdict();
}
