/* SPDX-License-Identifier: MIT */
/*
 * A device that would not respect what memory is private is refused.
 * options: -- -netdev user,id=n -device virtio-net-pci,netdev=n,romfile=,disable-legacy=on,iommu_platform=off
 * expect: refused: the device lacks VIRTIO_F_ACCESS_PLATFORM
 */
#include <errno.h>

#include "kernel/app.h"
#include "tests/guest/check.h"

int main(void)
{
	CHECK_EQUAL(app_network_wait(UINT64_MAX), -ENODEV);
	return check_verdict();
}
