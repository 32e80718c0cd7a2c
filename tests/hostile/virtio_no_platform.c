/* SPDX-License-Identifier: MIT */
/*
 * A device that does not respect private memory is refused.
 * lie: virtio-no-platform
 * network: echo
 * expect: refused: the device lacks VIRTIO_F_ACCESS_PLATFORM
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
