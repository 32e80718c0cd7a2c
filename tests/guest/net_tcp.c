/* SPDX-License-Identifier: MIT */
/*
 * As a client: connections to an echo server (cat, behind QEMU's guestfwd),
 * each with pieces of many sizes, all of which come back as they went; and to
 * a port where nobody listens.
 * options: -- -netdev user,id=n,guestfwd=tcp:10.0.2.100:7-cmd:cat -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 */
#include "tests/guest/net_echo.h"

int main(void)
{
	echo_run();
	return check_verdict();
}
