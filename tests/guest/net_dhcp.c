/* SPDX-License-Identifier: MIT */
/*
 * The user network's DHCP server gives an address within seconds.
 * options: -- -netdev user,id=n,net=192.0.2.0/24,dhcpstart=192.0.2.77 -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include "kernel/app.h"
#include "tests/guest/check.h"

#define SECONDS UINT64_C(1000000000)

int main(void)
{
	CHECK_EQUAL(app_network_wait(app_uptime() + 10 * SECONDS), 0);
	CHECK_TEXT(app_network_address(), "192.0.2.77");
	/* And at once when asked again, whatever the deadline. */
	CHECK_EQUAL(app_network_wait(0), 0);
	return check_verdict();
}
