/* SPDX-License-Identifier: MIT */
/*
 * A device without event indices, and with features that we do not want: the
 * same traffic as net_tcp.
 * options: -- -netdev user,id=n,guestfwd=tcp:10.0.2.100:7-cmd:cat -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on,event_idx=off,packed=on,mq=on,vectors=4
 */
#include "tests/guest/net_echo.h"

int main(void)
{
	echo_run();
	return check_verdict();
}
