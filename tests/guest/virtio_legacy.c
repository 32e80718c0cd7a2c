/* SPDX-License-Identifier: MIT */
/*
 * A device of before virtio 1.0 has no registers that we would use.
 * options: -- -netdev user,id=n -device virtio-net-pci,netdev=n,romfile=,disable-modern=on,disable-legacy=off
 * expect: virtio: host: PCI device
 */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	CHECK_EQUAL(app_network_wait(UINT64_MAX), -ENODEV);
	return check_verdict();
}
