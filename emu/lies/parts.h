/* SPDX-License-Identifier: MIT */
/* What the files of this folder have for each other. */
#ifndef EMU_LIES_PARTS_H
#define EMU_LIES_PARTS_H

#include "emu/lies/lies.h"

/* lies.c: a TDVMCALL that shows these registers begins. */
void lies_note_call(uint64_t shown);

/* memory.c: MapGPA; true when the lie was the answer. */
bool lies_take_map_gpa(struct vp_registers *regs);
void lies_change_map_gpa(struct vp_registers *regs,
			 const struct vp_registers *asked);
/* Takes pages from the TD, or puts others in their place. */
void lies_move_pages(const struct vmm_vcpu *vcpu);
void lies_hold_locks(void);

/* quotes.c: the length of an answer, once more. */
void lies_change_quote_length(void);

/* canary.c: what a call shows, and all memory that the host can read. */
void lies_look_at_registers(const struct vp_registers *regs);
void lies_look_at_memory(void);

/* firmware.c: fw_cfg, by port and by DMA; before and after a call. */
void lies_note_fw_cfg(const struct vp_registers *regs);
void lies_change_fw_cfg(struct vp_registers *regs,
			const struct vp_registers *asked);

/* pci.c: configuration space by 0xCF8 and 0xCFC. */
void lies_change_pci(struct vp_registers *regs,
		     const struct vp_registers *asked);

/* What the device itself says; the guest's address register is kept. */
uint32_t lies_pci_read(unsigned int slot, unsigned int offset);
/* The slot of the first virtio device on bus 0; -1: there is none. */
int lies_virtio_slot(void);
/* The offset of a capability with that id from *at on (0: the first); 0 at
 * the end of the list. */
unsigned int lies_capability(unsigned int slot, unsigned int id,
			     unsigned int after);

/* virtio.c: the registers of the first virtio device, and where its rings
 * are; rings.c: what is written there. */
#define LIES_QUEUES 4

struct lies_queue {
	paddr_t desc;
	paddr_t avail;
	paddr_t used;
	uint16_t size;
	bool is_enabled;
	uint16_t used_seen;	/* rings.c: entries before it were looked at */
};

void lies_change_virtio(struct vp_registers *regs,
			const struct vp_registers *asked);
/* True when the call was a notification that got lost. */
bool lies_take_notification(const struct vp_registers *regs);
struct lies_queue *lies_queue(unsigned int index);
void lies_change_rings(void);

#endif
