/* SPDX-License-Identifier: MIT */
/*
 * Vectors for message-signalled interrupts. Handlers run with interrupts off
 * and may only touch device state and wake threads; EOI is sent for them.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Takes over all vectors from 0x1F up and starts the local APIC. */
void irq_init(void);

/* A free vector (0x40..0xDF) bound to handler(arg), or -ENOSPC. */
int irq_alloc(void (*handler)(void *arg), void *arg) must_check;
/* Where a device must write to raise vector: address and data of the MSI. */
void irq_msi_message(int vector, uint64_t *address, uint32_t *data);

/* Binds a vector that is not irq_alloc()'s to give. */
void irq_set(unsigned int vector, void (*handler)(void *arg), void *arg);
/* Interrupts that came on vectors nobody asked for: the host's doing. */
uint64_t irq_count_stray(void);

/* Saves the interrupt flag and turns interrupts off; restores it. */
uint64_t irq_save(void);
void irq_restore(uint64_t flags);

#endif
