/* SPDX-License-Identifier: MIT */
/*
 * A device that speaks the old language is refused.
 * lie: virtio-legacy
 * network: echo
 * expect: refused: the device is not VIRTIO_F_VERSION_1
 */
#include "tests/hostile/work.h"

int main(void)
{
	work_without_network();
	return check_verdict();
}
