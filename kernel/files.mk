# SPDX-License-Identifier: MIT
obj-kernel += kernel/app.o kernel/cmdline.o kernel/console.o kernel/heap.o
obj-kernel += kernel/irq.o kernel/libc.o kernel/main.o kernel/page.o
obj-kernel += kernel/page_shared.o kernel/panic.o kernel/power.o
obj-kernel += kernel/sync.o kernel/thread.o kernel/time.o
