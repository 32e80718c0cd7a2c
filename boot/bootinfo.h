/* SPDX-License-Identifier: MIT */
/*
 * What the boot paths hand to the kernel: the one interface between boot/
 * and kernel/. Filled in private memory; no firmware type leaves boot/.
 */
#ifndef BOOT_BOOTINFO_H
#define BOOT_BOOTINFO_H

#include "lib/types.h"

enum bootinfo_memory {
	BOOTINFO_USABLE,	/* accepted RAM, free for the kernel */
	BOOTINFO_RECLAIM,	/* USABLE after the boot path's page tables */
	BOOTINFO_UNACCEPTED,	/* RAM that must be accepted before use */
	BOOTINFO_KERNEL,	/* the loaded image with its sections */
	BOOTINFO_KEEP,		/* RAM in use: ACPI tables, runtime services */
};

/* Page aligned, ascending by start, not overlapping; no shared bit. */
struct bootinfo_range {
	paddr_t start;
	paddr_t end;
	enum bootinfo_memory type;
};

#define BOOTINFO_RANGES 128
#define BOOTINFO_CMDLINE 512

struct bootinfo {
	const char *path;		/* "efi" or "tdvf", for people */
	uint64_t entry_tsc;		/* TSC at the program's entry */
	paddr_t image_base;		/* where the kernel image lies */
	unsigned int num_ranges;
	struct bootinfo_range ranges[BOOTINFO_RANGES];
	char cmdline[BOOTINFO_CMDLINE];	/* printable ASCII, terminated */
};

/*
 * The kernel's entry (kernel/main.c): interrupts off, identity mapped,
 * firmware gone, on any stack of the boot path's with 2 KiB left: the kernel
 * leaves it at once. The boot path's page tables lie in RECLAIM, KEEP or
 * KERNEL memory and map all RAM writable. info must stay valid for ever.
 */
_Noreturn void kernel_main(const struct bootinfo *info);

#endif
