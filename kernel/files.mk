# SPDX-License-Identifier: MIT
obj-kernel += kernel/app.o kernel/attest.o kernel/cmdline.o kernel/console.o
obj-kernel += kernel/heap.o kernel/irq.o kernel/libc.o kernel/main.o
obj-kernel += kernel/page.o kernel/page_shared.o kernel/panic.o kernel/power.o
obj-kernel += kernel/sync.o kernel/thread.o kernel/time.o
