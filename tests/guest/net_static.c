/* SPDX-License-Identifier: MIT */
/*
 * "ip=" on the command line takes the place of DHCP.
 * options: --append ip=10.0.2.99/24,10.0.2.2 -- -netdev user,id=n -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

#define SECONDS UINT64_C(1000000000)

int main(void)
{
	CHECK_EQUAL(app_network_wait(app_uptime() + 2 * SECONDS), 0);
	CHECK_TEXT(app_network_address(), "10.0.2.99");
	return check_verdict();
}
