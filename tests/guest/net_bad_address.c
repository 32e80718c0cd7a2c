/* SPDX-License-Identifier: MIT */
/*
 * An address that is none is refused, and the program told so.
 * options: --append ip=10.0.2.99/33 -- -netdev user,id=n -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=on
 * expect: ip=10.0.2.99/33: want a.b.c.d/length[,gateway]
 */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	CHECK_EQUAL(app_network_wait(UINT64_MAX), -EINVAL);
	return check_verdict();
}
