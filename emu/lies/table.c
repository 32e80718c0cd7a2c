/* SPDX-License-Identifier: MIT */
/* The names and descriptions of all lies; td-run --lies prints this table. */
#include "emu/lies/lies.h"

const struct lie_entry lies_table[LIES] = {
	/* Registers. */
	[LIE_SCRIBBLE] = {
		"scribble",
		"rubbish in all registers that a call does not answer with",
		LIE_IS_FLEETING,
	},
	[LIE_R10_RANGE] = {
		"r10-range",
		"statuses that are none, or not there, for one call in three",
		LIE_IS_FLEETING,
	},
	[LIE_R11_RANGE] = {
		"r11-range",
		"rubbish above the bytes that a device access asked for",
		LIE_IS_FLEETING,
	},
	[LIE_LOOK_FOR_CANARIES] = {
		"look-for-canaries",
		"no lie: ends a TD that shows the bytes ca4a12ca anywhere",
		0,
	},

	/* Refusals. */
	[LIE_IO_REFUSE] = {
		"io-refuse",
		"all ports are refused",
		0,
	},
	[LIE_MMIO_REFUSE] = {
		"mmio-refuse",
		"all device registers are refused",
		LIE_IS_FLEETING,
	},
	[LIE_MSR_REFUSE] = {
		"msr-refuse",
		"all MSRs are refused",
		0,
	},
	[LIE_RESET_IGNORED] = {
		"reset-ignored",
		"the power stays on when it is switched off",
		0,
	},

	/* Answers. */
	[LIE_CPUID] = {
		"cpuid-lies",
		"rubbish in every CPUID leaf that is the host's",
		LIE_IS_FLEETING,
	},
	[LIE_MSR] = {
		"msr-lies",
		"rubbish in every MSR that is the host's",
		LIE_IS_FLEETING,
	},
	[LIE_UART_NEVER_READY] = {
		"uart-never-ready",
		"the UART is never ready for the next byte",
		LIE_IS_FLEETING,
	},

	/* Memory. */
	[LIE_MAPGPA_RETRY] = {
		"mapgpa-retry-forever",
		"MapGPA is always to be retried, without progress",
		0,
	},
	[LIE_MAPGPA_BACKWARDS] = {
		"mapgpa-backwards",
		"MapGPA is to be retried from a page before",
		0,
	},
	[LIE_MAPGPA_OUTSIDE] = {
		"mapgpa-outside",
		"MapGPA is to be retried from behind the end",
		0,
	},
	[LIE_MAPGPA_SLOW] = {
		"mapgpa-slow",
		"MapGPA converts one page a time, honestly",
		LIE_IS_FLEETING,
	},
	[LIE_MAPGPA_SILENT] = {
		"mapgpa-silent",
		"MapGPA says that it did, and does nothing",
		0,
	},
	[LIE_REMOVE_PAGES] = {
		"remove-pages",
		"takes pages away that the TD has accepted",
		0,
	},
	[LIE_READD_PAGES] = {
		"readd-pages",
		"takes accepted pages away and gives back each other's",
		0,
	},
	[LIE_SWAP_SHARED_PAGES] = {
		"swap-shared-pages",
		"exchanges pages that the TD has shared",
		0,
	},
	[LIE_ACCEPT_BUSY] = {
		"accept-busy",
		"holds the Secure EPT's lock against the TD for a while",
		LIE_IS_FLEETING,
	},
	[LIE_ACCEPT_BUSY_FOREVER] = {
		"accept-busy-forever",
		"holds the Secure EPT's lock against the TD for ever",
		0,
	},
	[LIE_ADDED_PAGES] = {
		"added-pages",
		"adds pages with rubbish that the TD is told to accept",
		LIE_IS_EARLY,
	},

	/* Interrupts. */
	[LIE_SPURIOUS_INTERRUPTS] = {
		"spurious-interrupts",
		"interrupts of any vector at any time",
		LIE_IS_FLEETING,
	},
	[LIE_SPURIOUS_NMI] = {
		"spurious-nmi",
		"an NMI at one entry of four, once the TD has set a timer",
		LIE_IS_FLEETING,
	},
	[LIE_MISSING_INTERRUPTS] = {
		"missing-interrupts",
		"no interrupts but the timer's",
		LIE_IS_FLEETING,
	},
	[LIE_TIMER_LATE] = {
		"timer-late",
		"the timer's interrupt comes late",
		LIE_IS_FLEETING,
	},
	[LIE_TIMER_EARLY] = {
		"timer-early",
		"the timer's interrupt comes early",
		LIE_IS_FLEETING,
	},
	[LIE_TIMER_NEVER] = {
		"timer-never",
		"the timer's interrupt never comes",
		0,
	},
	[LIE_TIME_JUMPS] = {
		"time-jumps",
		"at one entry of 64 the TD is not run for a tenth of a second",
		LIE_IS_FLEETING,
	},

	/* What the firmware is given. */
	[LIE_HOB_RUBBISH] = {
		"hob-rubbish",
		"flips bits in the firmware's list of memory",
		LIE_IS_EARLY,
	},
	[LIE_TEMP_MEM_RUBBISH] = {
		"temp-mem-rubbish",
		"the firmware's temporary memory starts with rubbish",
		LIE_IS_EARLY,
	},
	[LIE_FW_CFG_RUBBISH] = {
		"fw-cfg-rubbish",
		"flips bits in fw_cfg files, but for kernel and ACPI",
		LIE_IS_EARLY,
	},
	[LIE_ACPI_RUBBISH] = {
		"acpi-rubbish",
		"flips bits in the ACPI tables",
		LIE_IS_EARLY,
	},

	/* PCI. */
	[LIE_PCI_RUBBISH] = {
		"pci-rubbish",
		"rubbish in one configuration register of eight",
		LIE_IS_FLEETING,
	},
	[LIE_PCI_CAPABILITY_LOOP] = {
		"pci-capability-loop",
		"each PCI capability says that it is the next one",
		0,
	},
	[LIE_PCI_BAR_IN_RAM] = {
		"pci-bar-in-ram",
		"BARs say that they lie in RAM",
		0,
	},
	[LIE_PCI_BAR_SIZE] = {
		"pci-bar-size",
		"BARs say that they have sizes that no BAR can have",
		0,
	},
	[LIE_PCI_MSIX_OUTSIDE] = {
		"pci-msix-outside",
		"the MSI-X table lies behind the end of its BAR",
		0,
	},
	[LIE_PCI_REGION_OUTSIDE] = {
		"pci-region-outside",
		"virtio registers lie behind the end of their BAR",
		0,
	},

	/* Virtio registers. */
	[LIE_VIRTIO_RUBBISH] = {
		"virtio-rubbish",
		"rubbish in one virtio register of eight",
		LIE_IS_FLEETING,
	},
	[LIE_VIRTIO_LEGACY] = {
		"virtio-legacy",
		"the device is not VIRTIO_F_VERSION_1",
		0,
	},
	[LIE_VIRTIO_NO_PLATFORM] = {
		"virtio-no-platform",
		"the device is not VIRTIO_F_ACCESS_PLATFORM",
		0,
	},
	[LIE_VIRTIO_NO_RESET] = {
		"virtio-no-reset",
		"the device never says that it is reset",
		0,
	},
	[LIE_VIRTIO_QUEUE_ZERO] = {
		"virtio-queue-zero",
		"queues have no entries",
		0,
	},
	[LIE_VIRTIO_QUEUE_HUGE] = {
		"virtio-queue-huge",
		"queues have 65535 entries",
		0,
	},
	[LIE_VIRTIO_NOTIFY_OUTSIDE] = {
		"virtio-notify-outside",
		"notifications go behind the end of their region",
		0,
	},
	[LIE_VIRTIO_CONFIG_CHANGES] = {
		"virtio-config-changes",
		"the configuration has changed whenever it is read",
		0,
	},
	[LIE_VIRTIO_BAD_MAC] = {
		"virtio-bad-mac",
		"the network card's address is a group's",
		0,
	},
	[LIE_MISSING_NOTIFICATIONS] = {
		"missing-notifications",
		"the device hears of every second notification only",
		LIE_IS_FLEETING,
	},

	/* Virtio rings and buffers. */
	[LIE_USED_INDEX] = {
		"used-index",
		"the used ring's index jumps",
		LIE_IS_FLEETING,
	},
	[LIE_USED_ID] = {
		"used-id",
		"buffers come back that do not exist",
		LIE_IS_FLEETING,
	},
	[LIE_USED_TWICE] = {
		"used-twice",
		"the same buffer comes back twice",
		LIE_IS_FLEETING,
	},
	[LIE_USED_LENGTH] = {
		"used-length",
		"more was written to a buffer than it can hold",
		LIE_IS_FLEETING,
	},
	[LIE_DESC_SCRIBBLE] = {
		"desc-scribble",
		"rubbish in descriptors",
		LIE_IS_FLEETING,
	},
	[LIE_AVAIL_SCRIBBLE] = {
		"avail-scribble",
		"rubbish in available rings",
		LIE_IS_FLEETING,
	},
	[LIE_FRAME_RUBBISH] = {
		"frame-rubbish",
		"flips bits in one received frame of 64",
		LIE_IS_FLEETING,
	},

	/* Quotes: with --quote-service. */
	[LIE_QUOTE_NEVER] = {
		"quote-never",
		"a quote stays in flight for ever",
		0,
	},
	[LIE_QUOTE_LENGTH] = {
		"quote-length",
		"a quote has no bytes, too many, or now these, now those",
		LIE_IS_FLEETING,
	},
	[LIE_QUOTE_STATUS] = {
		"quote-status",
		"statuses of GetQuote that do not exist",
		LIE_IS_FLEETING,
	},
	[LIE_QUOTE_OTHER] = {
		"quote-other",
		"a quote of another TD, or for other data",
		LIE_IS_FLEETING,
	},
	[LIE_QUOTE_RUBBISH] = {
		"quote-rubbish",
		"rubbish in a quote",
		LIE_IS_FLEETING,
	},
};
