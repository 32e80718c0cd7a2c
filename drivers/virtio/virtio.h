/* SPDX-License-Identifier: MIT */
/* The door to the virtio drivers, for kernel/main.c. */
#ifndef DRIVERS_VIRTIO_VIRTIO_H
#define DRIVERS_VIRTIO_VIRTIO_H

#include "boot/bootinfo.h"
#include "lib/compiler.h"

/*
 * Looks at the devices on PCI bus 0 and starts the first network device,
 * which it hands to netdev_register(). info says where RAM is: a device that
 * claims its registers lie there is refused. 0; -ENODEV: there is none;
 * another error was logged and the device is left alone. Never fatal.
 */
int must_check virtio_init(const struct bootinfo *info);

#endif
