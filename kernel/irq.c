/* SPDX-License-Identifier: MIT */
/*
 * Owns the vectors from 0x1F up: no exception has that one, and the TDX module
 * lets a host post it. The host can raise any of them at any time: one that
 * nobody asked for is acknowledged, counted and forgotten.
 */
#include "kernel/irq.h"

#include <errno.h>

#include "arch/x86/cpu.h"
#include "arch/x86/tdx/tdx.h"
#include "arch/x86/trap.h"

#define VECTOR_FIRST 0x1F
#define VECTOR_ALLOC_FIRST 0x40
#define VECTOR_ALLOC_END 0xE0

/* Intel SDM, Message Address and Data Register Format: fixed, edge, no RH. */
#define MSI_ADDRESS UINT64_C(0xFEE00000)
#define MSI_ADDRESS_ID_SHIFT 12
#define MSI_ID_MAX 0xFF

static struct {
	struct {
		void (*handler)(void *arg);
		void *arg;
	} vectors[TRAP_VECTORS];
	uint64_t num_stray;
} irq;

static void irq_dispatch(struct trap_frame *frame)
{
	const uint64_t vector = frame->vector % TRAP_VECTORS;

	if (irq.vectors[vector].handler)
		irq.vectors[vector].handler(irq.vectors[vector].arg);
	else
		irq.num_stray++;
	if (vector != TDX_VECTOR_SPURIOUS)
		tdx_apic_eoi();
}

void irq_init(void)
{
	for (unsigned int i = VECTOR_FIRST; i < TRAP_VECTORS; i++)
		trap_set_handler(i, irq_dispatch);
	tdx_apic_init();
}

void irq_set(unsigned int vector, void (*handler)(void *arg), void *arg)
{
	/* The host may raise it between the two. */
	const uint64_t flags = irq_save();

	irq.vectors[vector % TRAP_VECTORS].handler = handler;
	irq.vectors[vector % TRAP_VECTORS].arg = arg;
	irq_restore(flags);
}

int irq_alloc(void (*handler)(void *arg), void *arg)
{
	for (int i = VECTOR_ALLOC_FIRST; i < VECTOR_ALLOC_END; i++) {
		if (irq.vectors[i].handler)
			continue;
		irq_set((unsigned int)i, handler, arg);
		return i;
	}
	return -ENOSPC;
}

void irq_msi_message(int vector, uint64_t *address, uint32_t *data)
{
	/* One core, the boot CPU: its identifier fits the 8-bit field. */
	*address = MSI_ADDRESS | (uint64_t)(tdx_apic_id() & MSI_ID_MAX)
					 << MSI_ADDRESS_ID_SHIFT;
	*data = (uint32_t)vector;
}

uint64_t irq_count_stray(void)
{
	return irq.num_stray;
}

uint64_t irq_save(void)
{
	const uint64_t flags = cpu_read_flags() & RFLAGS_IF;

	cpu_irq_disable();
	return flags;
}

void irq_restore(uint64_t flags)
{
	if (flags)
		cpu_irq_enable();
}
