/* SPDX-License-Identifier: MIT */
/* The names and descriptions of all lies; td-run --lies prints this table. */
#include "emu/lies/lies.h"

const struct lie_entry lies_table[LIES] = {
	/* Registers. */
	[LIE_SCRIBBLE] = {
		"scribble",
		"rubbish in all registers that a call does not answer with",
		.is_fleeting = true,
	},
	[LIE_R10_RANGE] = {
		"r10-range",
		"statuses that do not exist, for one call in three",
		.is_fleeting = true,
	},
	[LIE_R11_RANGE] = {
		"r11-range",
		"rubbish above the bytes that a device access asked for",
		.is_fleeting = true,
	},
	[LIE_LOOK_FOR_CANARIES] = {
		"look-for-canaries",
		"no lie: ends a TD that shows the bytes ca4a12ca anywhere",
	},

	/* Refusals. */
	[LIE_IO_REFUSE] = {
		"io-refuse",
		"all ports are refused",
	},
	[LIE_MMIO_REFUSE] = {
		"mmio-refuse",
		"all device registers are refused",
		.is_fleeting = true,
	},
	[LIE_MSR_REFUSE] = {
		"msr-refuse",
		"all MSRs are refused",
	},
	[LIE_RESET_IGNORED] = {
		"reset-ignored",
		"the power stays on when it is switched off",
	},

	/* Answers. */
	[LIE_CPUID] = {
		"cpuid-lies",
		"rubbish in every CPUID leaf that is the host's",
		.is_fleeting = true,
	},
	[LIE_MSR] = {
		"msr-lies",
		"rubbish in every MSR that is the host's",
		.is_fleeting = true,
	},
	[LIE_UART_NEVER_READY] = {
		"uart-never-ready",
		"the UART is never ready for the next byte",
		.is_fleeting = true,
	},

	/* Memory. */
	[LIE_MAPGPA_RETRY] = {
		"mapgpa-retry-forever",
		"MapGPA is always to be retried, without progress",
	},
	[LIE_MAPGPA_BACKWARDS] = {
		"mapgpa-backwards",
		"MapGPA is to be retried from a page before",
	},
	[LIE_MAPGPA_OUTSIDE] = {
		"mapgpa-outside",
		"MapGPA is to be retried from behind the end",
	},
	[LIE_MAPGPA_SLOW] = {
		"mapgpa-slow",
		"MapGPA converts one page a time, honestly",
		.is_fleeting = true,
	},
	[LIE_MAPGPA_SILENT] = {
		"mapgpa-silent",
		"MapGPA says that it did, and does nothing",
	},
	[LIE_REMOVE_PAGES] = {
		"remove-pages",
		"takes pages away that the TD has accepted",
	},
	[LIE_ACCEPT_BUSY] = {
		"accept-busy",
		"holds the Secure EPT's lock against the TD for a while",
		.is_fleeting = true,
	},
	[LIE_ACCEPT_BUSY_FOREVER] = {
		"accept-busy-forever",
		"holds the Secure EPT's lock against the TD for ever",
	},
	[LIE_ADDED_PAGES] = {
		"added-pages",
		"adds pages with rubbish that the TD is told to accept",
		.is_early = true,
	},

	/* Interrupts. */
	[LIE_SPURIOUS_INTERRUPTS] = {
		"spurious-interrupts",
		"interrupts of any vector at any time",
		.is_fleeting = true,
	},
	[LIE_MISSING_INTERRUPTS] = {
		"missing-interrupts",
		"no interrupts but the timer's",
		.is_fleeting = true,
	},
	[LIE_TIMER_LATE] = {
		"timer-late",
		"the timer's interrupt comes late",
		.is_fleeting = true,
	},

	/* What the firmware is given. */
	[LIE_HOB_RUBBISH] = {
		"hob-rubbish",
		"flips bits in the firmware's list of memory",
		.is_early = true,
	},
	[LIE_TEMP_MEM_RUBBISH] = {
		"temp-mem-rubbish",
		"the firmware's temporary memory starts with rubbish",
		.is_early = true,
	},
	[LIE_FW_CFG_RUBBISH] = {
		"fw-cfg-rubbish",
		"flips bits in fw_cfg files, but for kernel and ACPI",
		.is_early = true,
	},
	[LIE_ACPI_RUBBISH] = {
		"acpi-rubbish",
		"flips bits in the ACPI tables",
		.is_early = true,
	},

	/* PCI. */
	[LIE_PCI_RUBBISH] = {
		"pci-rubbish",
		"rubbish in one configuration register of eight",
		.is_fleeting = true,
	},
	[LIE_PCI_CAPABILITY_LOOP] = {
		"pci-capability-loop",
		"each PCI capability says that it is the next one",
	},
	[LIE_PCI_BAR_IN_RAM] = {
		"pci-bar-in-ram",
		"BARs say that they lie in RAM",
	},
	[LIE_PCI_BAR_SIZE] = {
		"pci-bar-size",
		"BARs say that they have sizes that no BAR can have",
	},
	[LIE_PCI_MSIX_OUTSIDE] = {
		"pci-msix-outside",
		"the MSI-X table lies behind the end of its BAR",
	},
	[LIE_PCI_REGION_OUTSIDE] = {
		"pci-region-outside",
		"virtio registers lie behind the end of their BAR",
	},

	/* Virtio registers. */
	[LIE_VIRTIO_RUBBISH] = {
		"virtio-rubbish",
		"rubbish in one virtio register of eight",
		.is_fleeting = true,
	},
	[LIE_VIRTIO_LEGACY] = {
		"virtio-legacy",
		"the device is not VIRTIO_F_VERSION_1",
	},
	[LIE_VIRTIO_NO_PLATFORM] = {
		"virtio-no-platform",
		"the device is not VIRTIO_F_ACCESS_PLATFORM",
	},
	[LIE_VIRTIO_NO_RESET] = {
		"virtio-no-reset",
		"the device never says that it is reset",
	},
	[LIE_VIRTIO_QUEUE_ZERO] = {
		"virtio-queue-zero",
		"queues have no entries",
	},
	[LIE_VIRTIO_QUEUE_HUGE] = {
		"virtio-queue-huge",
		"queues have 65535 entries",
	},
	[LIE_VIRTIO_NOTIFY_OUTSIDE] = {
		"virtio-notify-outside",
		"notifications go behind the end of their region",
	},
	[LIE_VIRTIO_CONFIG_CHANGES] = {
		"virtio-config-changes",
		"the configuration changes whenever it is read",
	},
	[LIE_VIRTIO_BAD_MAC] = {
		"virtio-bad-mac",
		"the network card's address is a group's",
	},

	/* Virtio rings and buffers. */
	[LIE_USED_INDEX] = {
		"used-index",
		"the used ring's index jumps",
		.is_fleeting = true,
	},
	[LIE_USED_ID] = {
		"used-id",
		"buffers come back that do not exist",
		.is_fleeting = true,
	},
	[LIE_USED_TWICE] = {
		"used-twice",
		"the same buffer comes back twice",
		.is_fleeting = true,
	},
	[LIE_USED_LENGTH] = {
		"used-length",
		"more was written to a buffer than it can hold",
		.is_fleeting = true,
	},
	[LIE_DESC_SCRIBBLE] = {
		"desc-scribble",
		"rubbish in descriptors",
		.is_fleeting = true,
	},
	[LIE_AVAIL_SCRIBBLE] = {
		"avail-scribble",
		"rubbish in available rings",
		.is_fleeting = true,
	},
	[LIE_FRAME_RUBBISH] = {
		"frame-rubbish",
		"flips bits in one received frame of 64",
		.is_fleeting = true,
	},
};
