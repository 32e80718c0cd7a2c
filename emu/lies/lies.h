/* SPDX-License-Identifier: MIT */
/*
 * A host that lies. Each lie has a name, by which td-run --lie chooses it,
 * and is told from hooks in vmm/: by what a host answers, writes to memory
 * that it shares with the TD, or asks of the module. Nothing here reaches
 * through the wall: what cannot be done with a hostile KVM is not done.
 *
 * Lies begin when the firmware has ended, since it is the program after it
 * that is under test; but for those about what the firmware is given.
 */
#ifndef EMU_LIES_LIES_H
#define EMU_LIES_LIES_H

#include "emu/vmm/vmm.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* In the order of the table (table.c). */
enum lie {
	/* registers */
	LIE_SCRIBBLE,
	LIE_R10_RANGE,
	LIE_R11_RANGE,
	LIE_LOOK_FOR_CANARIES,
	/* refusals */
	LIE_IO_REFUSE,
	LIE_MMIO_REFUSE,
	LIE_MSR_REFUSE,
	LIE_RESET_IGNORED,
	/* answers */
	LIE_CPUID,
	LIE_MSR,
	LIE_UART_NEVER_READY,
	/* memory */
	LIE_MAPGPA_RETRY,
	LIE_MAPGPA_BACKWARDS,
	LIE_MAPGPA_OUTSIDE,
	LIE_MAPGPA_SLOW,
	LIE_MAPGPA_SILENT,
	LIE_REMOVE_PAGES,
	LIE_READD_PAGES,
	LIE_SWAP_SHARED_PAGES,
	LIE_ACCEPT_BUSY,
	LIE_ACCEPT_BUSY_FOREVER,
	LIE_ADDED_PAGES,
	/* interrupts */
	LIE_SPURIOUS_INTERRUPTS,
	LIE_SPURIOUS_NMI,
	LIE_MISSING_INTERRUPTS,
	LIE_TIMER_LATE,
	LIE_TIMER_EARLY,
	LIE_TIMER_NEVER,
	LIE_TIME_JUMPS,
	/* what the firmware is given */
	LIE_HOB_RUBBISH,
	LIE_TEMP_MEM_RUBBISH,
	LIE_FW_CFG_RUBBISH,
	LIE_ACPI_RUBBISH,
	/* PCI */
	LIE_PCI_RUBBISH,
	LIE_PCI_CAPABILITY_LOOP,
	LIE_PCI_BAR_IN_RAM,
	LIE_PCI_BAR_SIZE,
	LIE_PCI_MSIX_OUTSIDE,
	LIE_PCI_REGION_OUTSIDE,
	/* virtio registers */
	LIE_VIRTIO_RUBBISH,
	LIE_VIRTIO_LEGACY,
	LIE_VIRTIO_NO_PLATFORM,
	LIE_VIRTIO_NO_RESET,
	LIE_VIRTIO_QUEUE_ZERO,
	LIE_VIRTIO_QUEUE_HUGE,
	LIE_VIRTIO_NOTIFY_OUTSIDE,
	LIE_VIRTIO_CONFIG_CHANGES,
	LIE_VIRTIO_BAD_MAC,
	LIE_MISSING_NOTIFICATIONS,
	/* virtio rings and buffers */
	LIE_USED_INDEX,
	LIE_USED_ID,
	LIE_USED_TWICE,
	LIE_USED_LENGTH,
	LIE_DESC_SCRIBBLE,
	LIE_AVAIL_SCRIBBLE,
	LIE_FRAME_RUBBISH,
	/* quotes */
	LIE_QUOTE_NEVER,
	LIE_QUOTE_LENGTH,
	LIE_QUOTE_STATUS,
	LIE_QUOTE_OTHER,
	LIE_QUOTE_RUBBISH,
	LIES,
};

#define LIE_IS_EARLY 1U		/* told to the firmware too */
#define LIE_IS_FLEETING 2U	/* "random" may tell it for a while */

struct lie_entry {
	const char *name;
	const char *text;
	unsigned int flags;
};

extern const struct lie_entry lies_table[LIES];

/* config.c: names separated by commas; "random" is a mixture. */
void lies_choose(const char *names);
void lies_set_seed(uint64_t seed);
/* Whether any was chosen: else no hook does anything. Only lies.c writes it. */
extern bool lies_chosen;
static inline bool lies_are_chosen(void)
{
	return lies_chosen;
}
/* How often each was told, on the log. */
void lies_print(void);

/* True: it is the moment for this lie; it counts as told. */
bool lie_tell(enum lie which);
/* The same without counting, for lies that need preparation. */
bool lie_is_on(enum lie which);
/* A sequence that depends on the seed alone. */
uint64_t lies_random(void);
/* 1 of n, on average. */
bool lies_chance(unsigned int n);

/* Hooks of tdvmcall.c: before a call (true: the lie was the answer) and
 * after it; asked is what the guest had in its registers. */
bool lies_take_call(struct vmm_vcpu *vcpu);
void lies_change_answer(struct vmm_vcpu *vcpu,
			const struct vp_registers *asked);
/* Hook of run.c: before a vCPU is entered. */
void lies_before_entry(struct vmm_vcpu *vcpu);
/* Hooks of x2apic.c and timer.c; a delay is one of TSC ticks. */
bool lies_lose_interrupt(void);
bool lies_lose_timer(void);
uint64_t lies_change_timer(uint64_t delay);
/* Hooks of quote.c: true: a request is never answered; and an answer that has
 * been written to the guest's buffer of size bytes. */
bool lies_keep_quote(void);
void lies_change_quote(struct vmm_quote_header *header, uint64_t size);
/* Hooks of build.c: what is copied to the TD, and pages nobody asked for. */
void lies_change_hob(void *list, size_t size);
const void *lies_temp_mem(const void *page);
void lies_add_pages(void);

#endif
