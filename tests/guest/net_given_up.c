/* SPDX-License-Identifier: MIT */
/*
 * Who waits for an address hears that the device was given up.
 * options: -- -netdev hubport,id=n,hubid=0 -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include <errno.h>

#include "kernel/app.h"
#include "kernel/netdev.h"
#include "tests/guest/check.h"

#define SECONDS UINT64_C(1000000000)

static int fail_check(struct netdev *dev)
{
	(void)dev;
	return -EIO;
}

int main(void)
{
	CHECK_EQUAL(app_network_wait(app_uptime() + 2 * SECONDS), -ETIMEDOUT);
	netdev_get()->check = fail_check;
	CHECK_EQUAL(app_network_wait(app_uptime() + 30 * SECONDS), -EIO);
	CHECK_EQUAL(app_network_wait(UINT64_MAX), -EIO);
	return check_verdict();
}
