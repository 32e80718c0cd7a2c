/* SPDX-License-Identifier: MIT */
/* Where the driver leaves its device and the stack finds it. */
#include "kernel/netdev.h"

#include <errno.h>

static struct netdev *registered;

int netdev_register(struct netdev *dev)
{
	if (registered)
		return -EEXIST;
	registered = dev;
	return 0;
}

struct netdev *netdev_get(void)
{
	return registered;
}
